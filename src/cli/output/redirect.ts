import { closeSync, openSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { setCloexec } from "../../os/descriptor.ts";

const STDOUT = 1;

/**
 * Make a file the standard output of this process and of those that it becomes or starts: --out, --noout. It
 * is made, or emptied.
 * @param path absolute, or relative to the working directory
 * @throws {TspodError} If it can't be written.
 */
export function redirectStandardOutput(path: string): void {
  let file: number;
  try {
    file = openSync(path, "w", 0o666);
  } catch (cause) {
    throw new TspodError("--out", { cause });
  }
  closeSync(STDOUT);
  // The lowest number that is free is taken.
  const opened = openSync(`/proc/self/fd/${file}`, "a");
  closeSync(file);
  if (opened !== STDOUT) throw new TspodError("--out: standard input or output is closed");
  setCloexec(STDOUT, false);
}
