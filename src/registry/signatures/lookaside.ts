import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { TspodError } from "../../errors.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import type { Env } from "../../os/env.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import { readLimited } from "../read-limited.ts";
import { openTransport } from "../transport.ts";
import { parseSignature, SIGNATURE_LIMIT, type Signature } from "./signature.ts";

/** More signatures than one image can reasonably have: a server that goes on for ever is not followed. */
const MOST_SIGNATURES = 128;

/**
 * The signatures of a manifest in a lookaside store, `signature-1` and so on until one is missing.
 * @param base URL, without the repository
 * @throws {TspodError} If the store can't be read.
 * @see https://github.com/containers/image/blob/main/docs/signature-protocols.md
 */
export async function readLookaside(
  base: string,
  { repository, digest }: { readonly repository: string; readonly digest: Digest },
  { env, signal }: { readonly env: Env; readonly signal?: AbortSignal | undefined },
): Promise<Signature[]> {
  const signatures: Signature[] = [];
  for (let number = 1; ; number++) {
    const url = signatureUrl(base, { repository, digest, number });
    const content = url.protocol === "file:" ? readFile(url) : await fetchFile(url, { env, signal });
    if (content === undefined) return signatures;
    if (number > MOST_SIGNATURES)
      throw new TspodError(`reading signatures: there are more than ${MOST_SIGNATURES} in ${base}`);
    signatures.push(parseAt(url, content));
  }
}

/**
 * Add a signature to a lookaside store in the file system. The number that it gets is the first free one.
 * @throws {TspodError} If the store is no directory that we may write to.
 */
export function writeLookaside(
  base: string,
  { repository, digest }: { readonly repository: string; readonly digest: Digest },
  content: Uint8Array,
): string {
  for (let number = 1; ; number++) {
    const url = signatureUrl(base, { repository, digest, number });
    if (url.protocol !== "file:")
      throw new TspodError(
        `writing signatures to "${base}" is not possible: set a lookaside-staging that is a file:// URL`,
      );
    if (readFile(url) !== undefined) continue;
    const path = fileURLToPath(url);
    try {
      makeDirectories(dirname(path));
      writeFileAtomic(path, content, { mode: 0o644 });
    } catch (cause) {
      throw new TspodError(`writing the signature "${path}"`, { cause });
    }
    return path;
  }
}

function signatureUrl(
  base: string,
  { repository, digest, number }: { repository: string; digest: Digest; number: number },
): URL {
  let url: URL;
  try {
    url = new URL(base);
  } catch {
    throw new TspodError(`invalid signature storage URL "${base}" in registries.d`);
  }
  if (!["file:", "http:", "https:"].includes(url.protocol))
    throw new TspodError(
      `unsupported scheme of the signature storage URL "${base}": use file, http or https`,
    );
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${repository}@sha256=${digestHex(digest)}/signature-${number}`;
  return url;
}

function parseAt(url: URL, content: Buffer): Signature {
  try {
    return parseSignature(content);
  } catch (cause) {
    throw new TspodError(`parsing signature ${shown(url)}`, { cause });
  }
}

/** Without a password. */
function shown({ protocol, host, pathname }: URL): string {
  return protocol === "file:" ? pathname : `${protocol}//${host}${pathname}`;
}

function readFile(url: URL): Buffer | undefined {
  try {
    return readSmallFile(fileURLToPath(url));
  } catch (cause) {
    if (hasCode(cause, "ENOENT") || hasCode(cause, "ENOTDIR")) return undefined;
    throw new TspodError(`reading signature "${url.pathname}"`, { cause });
  }
}

async function fetchFile(
  url: URL,
  { env, signal }: { env: Env; signal?: AbortSignal | undefined },
): Promise<Buffer | undefined> {
  await using transport = await openTransport({
    host: url.host,
    certificates: { ca: undefined, client: undefined },
    insecure: url.protocol === "http:",
    env,
  });
  const response = await transport.send(url.href, { signal, shownUrl: shown(url) });
  const { status, body } = response;
  if (status === 200) return await readLimited(response, SIGNATURE_LIMIT);
  body.on("error", () => undefined).destroy();
  if (status === 404) return undefined;
  throw new TspodError(`reading signature from ${shown(url)}: status ${status}`);
}
