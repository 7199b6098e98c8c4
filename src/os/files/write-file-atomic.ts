import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { asWriteOf } from "../system-error.ts";

function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAndSync(path: string, content: string | Uint8Array, mode: number): void {
  const fd = openSync(path, "wx", mode);
  try {
    fchmodSync(fd, mode); // the umask has taken bits from open(2)'s mode
    writeFileSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Replaces the file as a whole: after a crash at any point it is there with the old content or with the new.
 * A crash may leave `.<name>.<pid>.tmp` beside it, which the next write by that pid takes over.
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
    writeAndSync(beside, content, mode);
    renameSync(beside, path);
  } catch (error) {
    unlinkIfThere(beside);
    throw asWriteOf(error, path);
  }
  syncDirectory(dirname(path));
}

/**
 * The name is in the same directory, so that rename(2) stays on one file system. All calls are synchronous,
 * so one name per process is enough.
 */
function temporaryName(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  return `${path.slice(0, slash)}.${path.slice(slash)}.${process.pid}.tmp`;
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The file is not there, which is what was wanted; a real obstacle shows in the open or the rename that
    // follows.
  }
}
