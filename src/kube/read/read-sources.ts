import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { isWebAddress } from "../../options/web-address.ts";
import type { Env } from "../../os/env.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";

/** Bytes. The largest ConfigMap has 1 MiB; a rendered chart may have hundreds of documents. */
const SIZE_MAX = 16 * 1024 * 1024;

/** The text of one file, URL, or of standard input. */
export interface KubeSource {
  /** What messages call it. */
  readonly file: string;
  readonly text: string;
  /** Absolute path of the directory that it is in, which relative paths in it start from. */
  readonly directory: string;
  /** As it was read: what the service container's name is made of. */
  readonly bytes: Uint8Array;
}

export interface ReadOptions {
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Env;
  readonly signal: AbortSignal;
}

/**
 * The texts that operands name: a file, a directory (its `.yaml`, `.yml` and `.json` files by name), `-`, or
 * a URL of http or https.
 * @throws {TspodError} If one can't be read, or is larger than 16 MiB.
 */
export async function readSources(operands: readonly string[], options: ReadOptions): Promise<KubeSource[]> {
  const sources: KubeSource[] = [];
  for (const operand of operands) sources.push(...(await sourcesOf(operand, options)));
  return sources;
}

async function sourcesOf(operand: string, options: ReadOptions): Promise<KubeSource[]> {
  const { cwd } = options;
  if (operand === "-")
    return [source("stdin", await readAll(createReadStream("", { fd: 0, autoClose: false }), "stdin"), cwd)];
  if (isWebAddress(operand)) {
    const { download } = await import("../../image/import.ts");
    return [source(operand, await readAll(download(operand, options), operand), cwd)];
  }
  const path = resolve(cwd, operand);
  if (!isDirectory(path, operand)) return [source(operand, readSmallFile(path), resolve(path, ".."))];
  const names = readdirSync(path).filter((name) => /\.(?:ya?ml|json)$/i.test(name));
  if (names.length === 0) throw new TspodError(`"${operand}" has no .yaml, .yml or .json file`);
  return names.sort().map((name) => source(join(operand, name), readSmallFile(join(path, name)), path));
}

/** @throws {TspodError} If it can't be looked at, in Podman's words. */
function isDirectory(path: string, operand: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`open ${operand}: ${systemErrorReason(error)}`);
  }
}

function source(file: string, bytes: Uint8Array, directory: string): KubeSource {
  return { file, bytes, directory, text: Buffer.from(bytes).toString("utf8") };
}

async function readAll(stream: AsyncIterable<Uint8Array>, name: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part);
    size += part.length;
    if (size > SIZE_MAX) throw new TspodError(`"${name}" has more than 16 MiB`);
  }
  return Buffer.concat(parts);
}
