import { closeSync, constants, readdirSync } from "node:fs";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_FOLLOW,
  type FileStatus,
  fsetxattr,
  fstatat,
  hasCode,
  linkat,
  mknodat,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
} from "../../os/addon.ts";
import { type Creator, changeOwner, readCreator, setOwnerAndMode, setTimes } from "./attributes.ts";
import { type ChangeOwner, copyNode } from "./copy-node.ts";
import { type HeldFile, holdFile, type Place, readAttributes } from "./held-file.ts";
import { isOpaque, OPAQUE_XATTR } from "./opaque.ts";
import { removeEntry } from "./remove-tree.ts";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const NO_SYMLINKS = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;

export interface MergeOptions {
  readonly owner?: ChangeOwner;
  /** The copy is a layer again: whiteouts and opaque directories are copied, and delete nothing. */
  readonly layer?: boolean;
  /** With `layer`, what is there is one, too: the result is the layer that both together are. */
  readonly stacked?: boolean;
}

interface Copy extends MergeOptions {
  readonly creator: Creator;
  readonly rootFd: number;
  /** Files with several links: device:inode → the first copy. */
  readonly linked: Map<string, FirstCopy>;
}

interface FirstCopy {
  /** Below the root. */
  readonly path: Buffer;
  /** device:inode */
  readonly is: string;
}

/**
 * A directory that is merged into another, both open; `path` is where that is below the root, "" or ending in
 * "/".
 */
interface Level {
  readonly fromFd: number;
  readonly toFd: number;
  readonly path: Buffer;
}

/**
 * Copy a layer's directory into another, as overlayfs would show it on top of that: whiteouts and opaque
 * directories delete what is there. Owners, modes, xattrs, times and hard links are kept; devices and sockets
 * are left out.
 * @param from a place that is known to be a directory
 * @param to absolute path of the directory it is merged into
 */
export function mergeInto(from: Place, to: string, options: MergeOptions = {}): void {
  using open = new DisposableStack();
  const rootFd = open.adopt(openDirectory({ dirFd: AT_FDCWD, name: to }, 0), closeSync);
  const fromFd = open.adopt(openDirectory(from, NO_SYMLINKS), closeSync);
  const copy: Copy = { ...options, creator: readCreator(), rootFd, linked: new Map() };
  mergeLevel(copy, { fromFd, toFd: rootFd, path: Buffer.alloc(0) });
  takeAttributes(copy, fromFd, rootFd);
}

function openDirectory(place: Place, resolve: number): number {
  return openat2(place.dirFd, place.name, { flags: FLAGS, resolve });
}

function mergeLevel(copy: Copy, { fromFd, toFd, path }: Level): void {
  if ((!copy.layer || copy.stacked) && isOpaque(fromFd)) emptyDirectory(toFd);
  for (const name of readdirSync(`/proc/self/fd/${fromFd}`, { encoding: "buffer" })) {
    mergeEntry(copy, { fromFd, toFd, path }, name);
  }
}

function emptyDirectory(fd: number): void {
  for (const name of readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" })) removeEntry(fd, name);
}

function mergeEntry(copy: Copy, { fromFd, toFd, path }: Level, name: Buffer): void {
  using from = holdFile({ dirFd: fromFd, name });
  if (from === undefined) return; // gone since it was listed
  const to = { dirFd: toFd, name };
  const type = from.status.mode & S_IFMT;
  const there = statIfThere(toFd, name);
  const bothDirectories = type === S_IFDIR && there !== undefined && (there.mode & S_IFMT) === S_IFDIR;
  if (there !== undefined && !bothDirectories) removeEntry(toFd, name);
  if (type === S_IFCHR) {
    if (copy.layer) mknodat(toFd, name, { mode: S_IFCHR }); // a whiteout
    return;
  }
  if (type !== S_IFDIR) {
    copyFile(copy, from, { to, path: Buffer.concat([path, name]) });
    return;
  }
  const hides = copy.stacked && there !== undefined && (there.mode & S_IFMT) === S_IFCHR;
  const made = bothDirectories ? openDirectory(to, NO_SYMLINKS) : copyNode(from, { to, ...copy });
  if (made === undefined) return;
  try {
    // A directory in the place of a whiteout hides what that has hidden.
    if (hides) fsetxattr(made, OPAQUE_XATTR, Buffer.from("y"));
    mergeLevel(copy, { fromFd: from.fd, toFd: made, path: Buffer.concat([path, name, Buffer.from("/")]) });
    takeAttributes(copy, from.fd, made);
  } finally {
    closeSync(made);
  }
}

function copyFile(copy: Copy, from: HeldFile, { to, path }: { to: Place; path: Buffer }): void {
  const key = identity(from.status);
  const several = from.status.links > 1;
  const first = several ? copy.linked.get(key) : undefined;
  if (first !== undefined && linkTo(copy.rootFd, first, to)) return;
  const made = copyNode(from, { to, ...copy });
  if (made === undefined) return;
  try {
    if (several) copy.linked.set(key, { path, is: identity(fstatat(made, "", AT_EMPTY_PATH)) });
  } finally {
    closeSync(made);
  }
}

function identity({ device, inode }: FileStatus): string {
  return `${device}:${inode}`;
}

/**
 * Gives the first copy one more name. A container that has the directory mounted may have moved that copy
 * since, and put a symlink to the host's files into its way: only the very file that was made is linked.
 * @returns false where the file is not in its place any more
 */
function linkTo(rootFd: number, { path, is }: FirstCopy, to: Place): boolean {
  using held = holdFile({ dirFd: rootFd, name: path });
  if (held === undefined || identity(held.status) !== is) return false;
  const from = { dirFd: AT_FDCWD, path: `/proc/self/fd/${held.fd}` };
  try {
    linkat(from, { dirFd: to.dirFd, path: to.name }, AT_SYMLINK_FOLLOW);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT", "EXDEV")) return false; // deleted, or moved away, since it was held
    throw error;
  }
}

/** Attributes that only overlayfs reads stay behind, unless the copy is a layer. */
function takeAttributes({ creator, owner, layer }: Copy, from: number, to: number): void {
  const found = readAttributes({ fd: from, status: fstatat(from, "", AT_EMPTY_PATH) });
  const attributes = {
    ...found,
    ...owner?.(found),
    xattrs: found.xattrs.filter(({ name }) => name !== OPAQUE_XATTR),
  };
  if (layer && attributes.xattrs.length < found.xattrs.length) fsetxattr(to, OPAQUE_XATTR, Buffer.from("y"));
  changeOwner(to, attributes);
  setOwnerAndMode(to, { creator, attributes, made: -1 });
  setTimes(to, attributes.mtime);
}

function statIfThere(dirFd: number, name: Buffer): FileStatus | undefined {
  try {
    return fstatat(dirFd, name);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
