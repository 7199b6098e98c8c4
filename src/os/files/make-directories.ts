import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { hasCode } from "../system-error.ts";

/**
 * Makes a directory, and those above it that are missing. It is for paths that a user has given: Node's own
 * recursive mkdir never ends below /proc, where mkdir(2) fails with ENOENT in a directory that is there.
 * @throws {SystemError} also where a file is in the way
 */
export function makeDirectories(path: string, mode = 0o777): void {
  try {
    makeDirectory(path, mode);
  } catch (error) {
    if (!hasCode(error, "ENOENT") || dirname(path) === path) throw error;
    makeDirectories(dirname(path), mode);
    makeDirectory(path, mode);
  }
}

function makeDirectory(path: string, mode: number): void {
  if (isDirectory(path)) return; // before mkdir(2), which answers EROFS rather than EEXIST
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isDirectory(path)) throw error; // or another call has made it
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
