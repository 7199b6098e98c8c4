import { closeSync, constants } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_FOLLOW,
  type FileStatus,
  fstatat,
  linkat,
  mkdirat,
  O_PATH,
  openat2,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
  unlinkat,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, readable } from "../tar/byte-string.ts";
import { type Attributes, type Creator, changeOwner, setOwnerAndMode, setTimes } from "./attributes.ts";
import { copyNode } from "./copy-node.ts";
import { openWay, targetFd } from "./directory-way.ts";
import { type HeldFile, holdFile, identity, openMade, readAttributes } from "./held-file.ts";
import { type PlannedMount, statusOf } from "./locate.ts";
import { removeEntry } from "./remove-tree.ts";
import { walkTree } from "./walk-tree.ts";

/**
 * A name in a directory that is held open. No symlink is followed from here on: a container that swaps one in
 * gains nothing.
 */
export interface Spot {
  readonly dirFd: number;
  readonly name: string | Buffer;
  /** Where it is in the container that is copied into, absolute. */
  readonly path?: string;
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
  /** Mounts of the container that is copied into. */
  readonly planned?: readonly PlannedMount[] | undefined;
  /** device:inode of directories that are copied without what is in them. */
  readonly emptied: ReadonlySet<string>;
  /** device:inode of the directory that is copied into: it is not copied into itself. */
  readonly destination: string;
  /** device:inode of a directory that is left out wherever it is met, and what is then to be done. */
  readonly leftOut?: { readonly is: string; readonly met: () => void } | undefined;
  /** Told of bytes as they are copied. */
  readonly advance?: ((bytes: number) => void) | undefined;
  /** device:inode of files with several names → a descriptor (O_PATH) of the first copy. */
  readonly links: Map<string, number>;
}

type Held = Pick<HeldFile, "fd" | "status">;

const DIRECTORY = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Descriptors are limited; what has more names than this is copied once for each. */
const LINKS_MAX = 256;

/** Copy one thing with all that is in it. Devices and sockets are left out. */
export function copyEntry(from: Spot, to: Spot, job: CopyJob): void {
  using held = holdFile(from);
  if (held === undefined) return; // gone while it was copied
  if ((held.status.mode & S_IFMT) !== S_IFDIR) {
    copyFile(held, to, job);
    return;
  }
  if (identity(held.status) === job.destination) return;
  const made = openPlanned(to, job) ?? makeDirectory(to, job);
  try {
    if (!job.emptied.has(identity(held.status))) copyAll(held, { fd: made, path: to.path }, job);
    setAttributes(readAttributes(held), made, job);
  } finally {
    closeSync(made);
  }
}

/** Copy what is in a directory into another one. */
export function copyContents(from: Spot, to: Spot, job: CopyJob): void {
  using open = new DisposableStack();
  const source = open.adopt(openat2(from.dirFd, from.name, { flags: DIRECTORY }), closeSync);
  const target = open.adopt(openat2(to.dirFd, to.name, { flags: DIRECTORY }), closeSync);
  const root = { fd: source, status: fstatat(source, "", AT_EMPTY_PATH) };
  copyAll(root, { fd: target, path: to.path }, job);
}

/** The copy goes into what is going to be mounted there, not into the place that the mount will hide. */
function openPlanned({ path }: Spot, { planned = [] }: CopyJob): number | undefined {
  const mount = path === undefined ? undefined : planned.find(({ destination }) => destination === path);
  if (mount === undefined) return undefined;
  if (mount.readOnly) throw new TspodError(`copying to "${path}": read-only file system`);
  return openat2(mount.fd, ".", { flags: DIRECTORY });
}

function copyAll(source: Held, target: { fd: number; path: string | undefined }, job: CopyJob): void {
  using way = openWay(target.fd);
  /** Of the directories that have been entered. */
  const attributes: Attributes[] = [];
  const skips = (status: FileStatus): boolean => {
    const is = identity(status);
    if (is === job.leftOut?.is) job.leftOut.met();
    return is === job.destination || is === job.leftOut?.is;
  };
  const empties = (status: FileStatus): boolean => job.emptied.has(identity(status));
  for (const visit of walkTree(source, { skips, empties })) {
    const dirFd = targetFd(way, visit.path);
    if (visit.kind === "leave") {
      const found = attributes.pop();
      if (found !== undefined) setAttributes(found, dirFd, job);
      way.leave();
      continue;
    }
    const to = { dirFd, name: visit.name, ...pathInside(target.path, visit.path, job) };
    if (visit.kind === "node") {
      copyFile(visit.held, to, job);
      continue;
    }
    const made = openPlanned(to, job) ?? makeDirectory(to, job);
    way.enter(visit.name, { fd: made, status: fstatat(made, "", AT_EMPTY_PATH) });
    attributes.push(readAttributes(visit.held));
  }
}

/** Only planned mounts are found by their paths. */
function pathInside(
  path: string | undefined,
  inside: ByteString,
  { planned = [] }: CopyJob,
): { path?: string } {
  return path === undefined || planned.length === 0 ? {} : { path: join(path, readable(inside)) };
}

function copyFile(held: Held, to: Spot, job: CopyJob): void {
  makeRoom(to, job);
  const { status } = held;
  const key = identity(status);
  const first = job.links.get(key);
  if (first !== undefined && linkTo(first, to)) return;
  const { creator, owner, advance } = job;
  const made = copyNode(held, { to, creator, owner: owner && (() => owner), advance });
  if (made === undefined) return;
  try {
    const several = status.links > 1 && (status.mode & S_IFMT) === S_IFREG;
    if (several && first === undefined && job.links.size < LINKS_MAX)
      job.links.set(key, openat2(AT_FDCWD, `/proc/self/fd/${made}`, { flags: O_PATH }));
  } finally {
    closeSync(made);
  }
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

/**
 * Sets attributes of a directory through the descriptor that its content was written by. The mode comes after
 * the owner, since chown(2) takes setuid away.
 */
function setAttributes(found: Attributes, to: number, { creator, owner }: CopyJob): void {
  const attributes = { ...found, ...owner };
  changeOwner(to, attributes);
  setOwnerAndMode(to, { creator, attributes, made: -1 }); // -1: the mode is set in any case
  setTimes(to, attributes.mtime);
}

/**
 * Make a directory where there is none.
 * @returns its descriptor (O_PATH), the caller's to close
 * @throws {TspodError} If something else is in its place.
 */
export function makeDirectory(to: Spot, { overwrite }: Pick<CopyJob, "overwrite">): number {
  try {
    mkdirat(to.dirFd, to.name, 0o700);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    const there = statusOf(to.dirFd, to.name);
    if (there === undefined || (there.mode & S_IFMT) !== S_IFDIR) {
      if (!overwrite) {
        throw new TspodError(`cannot overwrite non-directory "${to.name}" with a directory: use --overwrite`);
      }
      unlinkat(to.dirFd, to.name);
      mkdirat(to.dirFd, to.name, 0o700);
    }
  }
  return openMade(to, S_IFDIR);
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
  if (directory) removeEntry(to.dirFd, to.name);
  else unlinkat(to.dirFd, to.name);
}
