import { chmodSync, closeSync, constants, lstatSync, openSync, readdirSync, rmSync } from "node:fs";
import {
  AT_REMOVEDIR,
  fchmodat,
  fstatat,
  hasCode,
  openat2,
  type PathLike,
  S_IFDIR,
  S_IFMT,
  unlinkat,
} from "../os/addon.ts";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Delete what is in the directory `name` of `dirFd`, following no symlink and going by descriptors, so that no content can
 * lead out of it, and paths may be longer than PATH_MAX.
 */
export function removeContents(dirFd: number, name: PathLike): void {
  const fd = openForRemoval(dirFd, name);
  try {
    for (const entry of readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" })) removeEntry(fd, entry);
  } finally {
    closeSync(fd);
  }
}

/** Delete one name of an open directory, whatever it is. No-op where it goes meanwhile: somebody else may sweep the same trash. */
export function removeEntry(dirFd: number, name: Buffer): void {
  try {
    removeFileOrDirectory(dirFd, name);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

function removeFileOrDirectory(dirFd: number, name: Buffer): void {
  try {
    unlinkat(dirFd, name);
    return;
  } catch (error) {
    if (!hasCode(error, "EISDIR", "EPERM", "EACCES")) throw error;
    if ((fstatat(dirFd, name).mode & S_IFMT) !== S_IFDIR) throw error;
  }
  removeContents(dirFd, name);
  unlinkat(dirFd, name, AT_REMOVEDIR);
}

/** A directory without permissions still can be emptied by its owner (a user without subordinate ids has no more rights than that). */
function openForRemoval(dirFd: number, name: PathLike): number {
  try {
    return openat2(dirFd, name, { flags: FLAGS });
  } catch (error) {
    if (!hasCode(error, "EACCES")) throw error;
    fchmodat(dirFd, name, { mode: 0o700 });
    return openat2(dirFd, name, { flags: FLAGS });
  }
}

/** Delete a file or a whole tree. No-op where it is gone. */
export function removeTree(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    rmSync(path, { force: true });
    return;
  }
  if ((found.mode & 0o700) !== 0o700) chmodSync(path, 0o700);
  const parent = openSync(path, constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    for (const entry of readdirSync(`/proc/self/fd/${parent}`, { encoding: "buffer" }))
      removeEntry(parent, entry);
  } finally {
    closeSync(parent);
  }
  rmSync(path, { recursive: true, force: true });
}
