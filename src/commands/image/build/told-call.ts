import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { TspodError } from "../../../errors.ts";
import type { Delivery } from "./delivery.ts";
import type { BuildCall } from "./inputs.ts";

/**
 * The same call, whose words go where the flags want them: into a log file; or all to stderr, where stdout is
 * for a tar or a picture.
 * @param platform of a build for several, as text; it tells their log files apart and stands before each line
 * @param undo closes the log file
 * @throws {TspodError} If the log file can't be written.
 */
export function toldCall(
  call: BuildCall,
  { outputs }: Pick<Delivery, "outputs">,
  { platform, undo }: { readonly platform?: string | undefined; readonly undo: DisposableStack },
): BuildCall {
  const { logfile, logsplit, graph } = call.flags;
  const prefix = platform === undefined ? "" : `[${platform}] `;
  const needsStdout = graph !== undefined || outputs.some(isStream);
  if (logfile !== undefined) {
    const suffix = logsplit && platform !== undefined ? `_${platform.replaceAll("/", "_")}` : "";
    return intoFile(call, { path: resolve(call.cwd, `${logfile}${suffix}`), prefix, undo });
  }
  if (!needsStdout && prefix === "") return call;
  return {
    ...call,
    print: (line) => (needsStdout ? call.warn(`${prefix}${line}`) : call.print(`${prefix}${line}`)),
    write: (bytes) => (needsStdout ? call.writeError(Buffer.from(bytes)) : call.write(bytes)),
  };
}

function isStream(output: Delivery["outputs"][number]): boolean {
  const { type } = output;
  return (type === "tar" || type === "oci" || type === "docker") && output.path === undefined;
}

function intoFile(
  call: BuildCall,
  { path, prefix, undo }: { path: string; prefix: string; undo: DisposableStack },
): BuildCall {
  let fd: number;
  try {
    // The builds for several platforms come one after the other, into one file.
    fd = undo.adopt(openSync(path, prefix === "" ? "w" : "a", 0o644), closeSync);
  } catch (cause) {
    throw new TspodError(`opening the log file "${path}"`, { cause });
  }
  const line = (text: string): void => void writeSync(fd, `${prefix}${text}\n`);
  const bytes = (chunk: Uint8Array | string): void => void writeSync(fd, Buffer.from(chunk));
  return {
    ...call,
    terminal: { stdin: call.terminal.stdin, stdout: false, stderr: false },
    print: line,
    warn: line,
    write: bytes,
    writeError: bytes,
    flush: () => undefined,
  };
}
