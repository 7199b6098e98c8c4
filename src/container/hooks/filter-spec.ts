import { spawn } from "node:child_process";
import { once } from "node:events";
import { TspodError } from "../../errors.ts";
import type { RuntimeSpec, SpecHook } from "../../oci/runtime-spec.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import { parseSpec } from "../runtime/bundle-spec.ts";

/** Bytes. A spec has some ten thousand. */
const OUTPUT_MAX = 16 * 1024 * 1024;

/**
 * Runs a hook of the stage precreate: it reads the spec from its stdin, and what it writes takes its place.
 * It runs in the bundle, with the environment that its file names and no more.
 * @throws {TspodError} If it can't be run, fails, takes too long, or writes no spec.
 */
export async function filterSpec(spec: RuntimeSpec, hook: SpecHook, bundle: string): Promise<RuntimeSpec> {
  const { path, args = [path], env = [], timeout } = hook;
  const child = spawn(path, args.slice(1), {
    argv0: args[0] ?? path,
    cwd: bundle,
    env: Object.fromEntries(env.map(variable)),
    stdio: ["pipe", "pipe", "ignore"],
    killSignal: "SIGKILL",
    ...(timeout !== undefined && timeout > 0 && { timeout: timeout * 1000 }),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= OUTPUT_MAX) chunks.push(chunk);
    else child.kill("SIGKILL");
  });
  child.stdin.on("error", () => undefined); // it need not read
  child.stdin.end(JSON.stringify(spec));
  const [code, signal] = await ended(child, path);
  if (size > OUTPUT_MAX) throw new TspodError(`hook ${path} has written more than ${OUTPUT_MAX} bytes`);
  if (signal === "SIGKILL" && timeout)
    throw new TspodError(`hook ${path} took longer than ${timeout} seconds`);
  if (code !== 0)
    throw new TspodError(
      `executing ${path}: ${code === null ? `killed by ${signal}` : `exit status ${code}`}`,
    );
  const changed = parseSpec(Buffer.concat(chunks).toString());
  if (changed === undefined) throw new TspodError(`hook ${path} has not written a runtime spec`);
  return changed;
}

function variable(entry: string): [string, string] {
  const at = entry.indexOf("=");
  return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
}

async function ended(
  child: ReturnType<typeof spawn>,
  path: string,
): Promise<[code: number | null, signal: NodeJS.Signals | null]> {
  try {
    const [code, signal] = await once(child, "close");
    return [code, signal];
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`executing ${path}: ${systemErrorReason(error)}`);
  }
}
