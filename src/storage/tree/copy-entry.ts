import { closeSync, constants, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  type FileStatus,
  hasCode,
  linkat,
  mkdirat,
  O_PATH,
  openat2,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
  unlinkat,
} from "../../os/addon.ts";
import { type Creator, changeOwner, setOwnerAndMode, setTimes } from "./attributes.ts";
import { copyNode, readAttributes } from "./copy-node.ts";
import { statusOf } from "./locate.ts";

/**
 * A name in a directory that is held open. No symlink is followed from here on: whoever swaps one in gains
 * nothing.
 */
export interface Spot {
  readonly dirFd: number;
  readonly name: string | Buffer;
}

/** Whose the copies are: absent, whose the originals are. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface CopyJob {
  readonly owner: Owner | undefined;
  /** Directories may take the place of what is none, and the other way round. */
  readonly overwrite: boolean;
  readonly creator: Creator;
  /** device:inode of the directory that is copied into: it is not copied into itself. */
  readonly destination: string;
  /** device:inode of files with several names → a descriptor (O_PATH) of the first copy. */
  readonly links: Map<string, number>;
}

const DIRECTORY = constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Descriptors are limited; what has more names than this is copied once for each. */
const LINKS_MAX = 256;

export function identity({ device, inode }: FileStatus): string {
  return `${device}:${inode}`;
}

/** Copy one thing with all that is in it. Devices and sockets are left out. */
export function copyEntry(from: Spot, to: Spot, job: CopyJob): void {
  const status = statusOf(from.dirFd, from.name);
  if (status === undefined) return; // gone while it was copied
  if ((status.mode & S_IFMT) !== S_IFDIR) {
    copyFile(from, to, { status, job });
    return;
  }
  if (identity(status) === job.destination) return;
  makeDirectory(to, job);
  copyContents(from, to, job);
  setAttributes(from, to, { status, job });
  setTimes(to.dirFd, to.name, status.modified);
}

/** Copy what is in a directory into another one. */
export function copyContents(from: Spot, to: Spot, job: CopyJob): void {
  using open = new DisposableStack();
  const source = open.adopt(openat2(from.dirFd, from.name, { flags: DIRECTORY }), closeSync);
  const target = open.adopt(openat2(to.dirFd, to.name, { flags: DIRECTORY | O_PATH }), closeSync);
  for (const name of readdirSync(`/proc/self/fd/${source}`, { encoding: "buffer" }))
    copyEntry({ dirFd: source, name }, { dirFd: target, name }, job);
}

interface Copied {
  readonly status: FileStatus;
  readonly job: CopyJob;
}

function copyFile(from: Spot, to: Spot, { status, job }: Copied): void {
  makeRoom(to, job);
  const key = identity(status);
  const first = job.links.get(key);
  if (first !== undefined && linkTo(first, to)) return;
  if (!copyNode(from, status, { to, creator: job.creator })) return;
  if (status.size === 0 && (status.mode & S_IFMT) === S_IFREG) copyUnsized(from, to);
  if (job.owner !== undefined) setAttributes(from, to, { status, job });
  const several = status.links > 1 && (status.mode & S_IFMT) === S_IFREG;
  if (several && first === undefined && job.links.size < LINKS_MAX)
    job.links.set(key, openat2(to.dirFd, to.name, { flags: O_PATH | constants.O_NOFOLLOW }));
}

/**
 * One more name for a copy. @returns false where its place is on another mount: then it is copied once more
 */
function linkTo(first: number, to: Spot): boolean {
  try {
    const from = { dirFd: AT_FDCWD, path: `/proc/self/fd/${first}` };
    linkat(from, { dirFd: to.dirFd, path: to.name }, AT_SYMLINK_FOLLOW);
    return true;
  } catch (error) {
    if (hasCode(error, "EXDEV")) return false;
    throw error;
  }
}

/** Files of /proc and the like have content, but no size that says so. */
function copyUnsized(from: Spot, to: Spot): void {
  using open = new DisposableStack();
  const flags = constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const source = open.adopt(openat2(from.dirFd, from.name, { flags }), closeSync);
  const content = readFileSync(source);
  if (content.length === 0) return;
  const target = openat2(to.dirFd, to.name, { flags: constants.O_WRONLY | constants.O_NOFOLLOW });
  writeFileSync(open.adopt(target, closeSync), content);
}

/** After the owner, since chown(2) takes setuid away. */
function setAttributes(from: Spot, to: Spot, { status, job }: Copied): void {
  const attributes = { ...readAttributes(from, status), ...job.owner };
  changeOwner(to.dirFd, to.name, attributes);
  const symlink = (status.mode & S_IFMT) === 0o120000;
  // -1: the mode is set in any case.
  setOwnerAndMode(to.dirFd, to.name, { creator: job.creator, attributes, made: symlink ? "symlink" : -1 });
  if ((status.mode & S_IFMT) !== S_IFDIR) setTimes(to.dirFd, to.name, status.modified);
}

/** Make a directory where there is none. @throws {TspodError} If something else is in its place. */
export function makeDirectory(to: Spot, { overwrite }: Pick<CopyJob, "overwrite">): void {
  try {
    mkdirat(to.dirFd, to.name, 0o700);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    const there = statusOf(to.dirFd, to.name);
    if (there !== undefined && (there.mode & S_IFMT) === S_IFDIR) return;
    if (!overwrite) {
      throw new TspodError(`cannot overwrite non-directory "${to.name}" with a directory: use --overwrite`);
    }
    unlinkat(to.dirFd, to.name);
    mkdirat(to.dirFd, to.name, 0o700);
  }
}

/**
 * Take away what is in the place of something that is no directory. @throws {TspodError} If that is a
 * directory.
 */
export function makeRoom(to: Spot, { overwrite }: Pick<CopyJob, "overwrite">): void {
  const there = statusOf(to.dirFd, to.name);
  if (there === undefined) return;
  const directory = (there.mode & S_IFMT) === S_IFDIR;
  if (directory && !overwrite) {
    throw new TspodError(`cannot overwrite directory "${to.name}" with a non-directory: use --overwrite`);
  }
  if (directory) removeDirectory(to);
  else unlinkat(to.dirFd, to.name);
}

function removeDirectory(spot: Spot): void {
  const fd = openat2(spot.dirFd, spot.name, { flags: DIRECTORY });
  try {
    for (const name of readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" })) {
      const status = statusOf(fd, name);
      if (status === undefined) continue;
      if ((status.mode & S_IFMT) === S_IFDIR) removeDirectory({ dirFd: fd, name });
      else unlinkat(fd, name);
    }
  } finally {
    closeSync(fd);
  }
  unlinkat(spot.dirFd, spot.name, AT_REMOVEDIR);
}
