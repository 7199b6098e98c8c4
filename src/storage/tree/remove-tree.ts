import { closeSync, constants, readdirSync } from "node:fs";
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  fchmod,
  fstatat,
  O_PATH,
  openat2,
  RENAME_NOREPLACE,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
  renameat,
  S_IFDIR,
  S_IFMT,
  unlinkat,
} from "../../os/at.ts";
import { hasCode, type PathLike } from "../../os/system-error.ts";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Directories deeper than this are moved up first: neither descriptors nor stack grow with what a container
 * has made.
 */
const DEPTH_MAX = 24;

interface Removal {
  /** Where directories from far below are moved to: it is being emptied itself. */
  readonly topFd: number;
  moved: number;
}

/** Delete a file or a whole tree. No-op where it is gone. */
export function removeTree(path: string): void {
  removeEntry(AT_FDCWD, path);
}

/**
 * Deletes one name of an open directory, whatever it is. Does nothing if the name goes meanwhile: another
 * process may sweep the same trash.
 */
export function removeEntry(dirFd: number, name: PathLike): void {
  unlessGone(() => {
    if (unlinkFile(dirFd, name)) return;
    removeContents(dirFd, name);
    unlinkat(dirFd, name, AT_REMOVEDIR);
  });
}

/**
 * Delete what is in the directory `name` of `dirFd`, following no symlink and going by descriptors, so that
 * no content can lead out of it, and paths may be longer than PATH_MAX.
 */
export function removeContents(dirFd: number, name: PathLike): void {
  const fd = openForRemoval(dirFd, name);
  try {
    const removal = { topFd: fd, moved: 0 };
    let names = listNames(fd);
    // Until there is none: what was moved here from below comes with the next listing.
    for (; names.length > 0; names = listNames(fd))
      for (const each of names) removeBelow(removal, { dirFd: fd, name: each, depth: 1 });
  } finally {
    closeSync(fd);
  }
}

function removeBelow(
  removal: Removal,
  { dirFd, name, depth }: { dirFd: number; name: Buffer; depth: number },
): void {
  unlessGone(() => {
    if (unlinkFile(dirFd, name)) return;
    if (depth > DEPTH_MAX) return moveUp(removal, dirFd, name);
    const fd = openForRemoval(dirFd, name);
    try {
      for (const each of listNames(fd)) removeBelow(removal, { dirFd: fd, name: each, depth: depth + 1 });
    } finally {
      closeSync(fd);
    }
    unlinkat(dirFd, name, AT_REMOVEDIR);
  });
}

function moveUp(removal: Removal, dirFd: number, name: Buffer): void {
  for (;;) {
    const to = { dirFd: removal.topFd, path: `.deep-${removal.moved++}` };
    try {
      renameat({ dirFd, path: name }, to, RENAME_NOREPLACE);
      return;
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
  }
}

function listNames(fd: number): Buffer[] {
  return readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" });
}

/** Returns whether it was one: no directory. */
function unlinkFile(dirFd: number, name: PathLike): boolean {
  try {
    unlinkat(dirFd, name);
    return true;
  } catch (error) {
    if (!hasCode(error, "EISDIR", "EPERM", "EACCES")) throw error;
    if ((fstatat(dirFd, name).mode & S_IFMT) !== S_IFDIR) throw error;
    return false;
  }
}

function unlessGone(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/**
 * Opens a directory to empty it. One without permissions can still be emptied by its owner (a user without
 * subordinate ids has no more rights than that). A mount below it is not entered, since data that must stay
 * is there.
 */
function openForRemoval(dirFd: number, name: PathLike): number {
  const resolve = dirFd === AT_FDCWD ? 0 : RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
  try {
    return openat2(dirFd, name, { flags: FLAGS, resolve });
  } catch (error) {
    if (!hasCode(error, "EACCES")) throw error;
  }
  const closed = openat2(dirFd, name, { flags: O_PATH | FLAGS, resolve });
  try {
    fchmod(closed, 0o700);
    return openat2(closed, ".", { flags: FLAGS });
  } finally {
    closeSync(closed);
  }
}
