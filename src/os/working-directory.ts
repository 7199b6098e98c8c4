import { closeSync, constants, openSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { O_PATH } from "./at.ts";
import { hasCode } from "./system-error.ts";

/** Absolute path. @throws {TspodError} If it was removed. */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw new TspodError("the current directory was removed: change to another one");
  }
}

/**
 * Calls `act` in another working directory, and returns its result. The way back is a descriptor, since the
 * old directory may have been removed.
 */
export function inDirectory<T>(path: string, act: () => T): T {
  const back = openSync(".", O_PATH | constants.O_DIRECTORY);
  try {
    process.chdir(path);
    return act();
  } finally {
    process.chdir(`/proc/self/fd/${back}`);
    closeSync(back);
  }
}
