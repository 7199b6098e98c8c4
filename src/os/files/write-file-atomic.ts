import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LOCK_EX, tryFlock } from "../descriptor.ts";
import { asWriteOf } from "../system-error.ts";
import { syncPath } from "./sync-path.ts";

function writeAndRename(
  beside: string,
  path: string,
  { content, mode }: { content: string | Uint8Array; mode: number },
): void {
  const fd = openSync(beside, "wx", mode);
  try {
    tryFlock(fd, LOCK_EX);
    fchmodSync(fd, mode); // the umask has taken bits from open(2)'s mode
    writeFileSync(fd, content);
    fsyncSync(fd);
    renameSync(beside, path);
  } finally {
    closeSync(fd);
  }
}

/**
 * Replaces the file as a whole: after a crash at any point it is there with the old content or with the new.
 * A crash may leave `.<name>.<pid>.tmp` beside it (isUnfinished()). While a process writes that file it holds
 * its lock, which says to a sweeper that it is no leftover.
 * @param mode permissions of the new file, 0600 if not given; the umask is not applied
 * @throws {SystemError}
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  { mode = 0o600 }: { mode?: number } = {},
): void {
  const beside = temporaryName(path);
  try {
    unlinkIfThere(beside);
    writeAndRename(beside, path, { content, mode });
  } catch (error) {
    unlinkIfThere(beside);
    throw asWriteOf(error, path);
  }
  syncPath(dirname(path));
}

/**
 * The name is in the same directory, so that rename(2) stays on one file system. All calls are synchronous,
 * so one name per process is enough.
 */
function temporaryName(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  return `${path.slice(0, slash)}.${path.slice(slash)}.${process.pid}.tmp`;
}

/** Whether a file has a name that writeFileAtomic() gives to what is not whole yet. */
export function isUnfinished(name: string): boolean {
  return /^\..+\.\d+\.tmp$/.test(name);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The file is not there, which is what was wanted; a real obstacle shows in the open or the rename that
    // follows.
  }
}
