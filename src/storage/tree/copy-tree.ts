import { closeSync, constants, readdirSync } from "node:fs";
import {
  type FileStatus,
  fstatat,
  hasCode,
  linkat,
  lsetxattr,
  mknodat,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
} from "../../os/addon.ts";
import { type Creator, changeOwner, procPath, readCreator, setOwnerAndMode, setTimes } from "./attributes.ts";
import { type ChangeOwner, copyNode, type Place, readAttributes } from "./copy-node.ts";
import { isOpaque, OPAQUE_XATTR } from "./opaque.ts";
import { removeEntry } from "./remove-tree.ts";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const NO_SYMLINKS = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;

export interface MergeOptions {
  readonly owner?: ChangeOwner;
  /** The copy is a layer again: whiteouts and opaque directories are copied, and delete nothing. */
  readonly layer?: boolean;
}

interface Copy extends MergeOptions {
  readonly creator: Creator;
  readonly rootFd: number;
  /** Files with several links: device and inode → where the first copy is, below the root. */
  readonly linked: Map<string, Buffer>;
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
  const rootFd = openDirectory({ dirFd: AT_CWD, name: to }, 0);
  try {
    const copy: Copy = { ...options, creator: readCreator(), rootFd, linked: new Map() };
    const fromFd = openDirectory(from, NO_SYMLINKS);
    try {
      mergeLevel(copy, { fromFd, toFd: rootFd, path: Buffer.alloc(0) });
    } finally {
      closeSync(fromFd);
    }
    takeAttributes(copy, from, { dirFd: rootFd, name: "." });
  } finally {
    closeSync(rootFd);
  }
}

const AT_CWD = -100;

function openDirectory(place: Place, resolve: number): number {
  return openat2(place.dirFd, place.name, { flags: FLAGS, resolve });
}

function mergeLevel(copy: Copy, { fromFd, toFd, path }: Level): void {
  if (!copy.layer && isOpaque(fromFd, ".")) emptyDirectory(toFd);
  for (const name of readdirSync(`/proc/self/fd/${fromFd}`, { encoding: "buffer" })) {
    mergeEntry(copy, { fromFd, toFd, path }, name);
  }
}

function emptyDirectory(fd: number): void {
  for (const name of readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" })) removeEntry(fd, name);
}

function mergeEntry(copy: Copy, { fromFd, toFd, path }: Level, name: Buffer): void {
  const from = { dirFd: fromFd, name };
  const to = { dirFd: toFd, name };
  const status = fstatat(fromFd, name);
  const type = status.mode & S_IFMT;
  const there = statIfThere(toFd, name);
  const bothDirectories = type === S_IFDIR && there !== undefined && (there.mode & S_IFMT) === S_IFDIR;
  if (there !== undefined && !bothDirectories) removeEntry(toFd, name);
  if (type === S_IFCHR) {
    if (copy.layer) mknodat(toFd, name, { mode: S_IFCHR }); // a whiteout
    return;
  }
  if (type !== S_IFDIR) {
    copyFile(copy, { from, to, status, path: Buffer.concat([path, name]) });
    return;
  }
  if (!bothDirectories) copyNode(from, status, { to, ...copy });
  mergeDirectory(copy, { from, to, path: Buffer.concat([path, name, Buffer.from("/")]) });
  takeAttributes(copy, from, to);
}

function mergeDirectory(copy: Copy, { from, to, path }: { from: Place; to: Place; path: Buffer }): void {
  const fromFd = openDirectory(from, NO_SYMLINKS);
  try {
    const toFd = openDirectory(to, NO_SYMLINKS);
    try {
      mergeLevel(copy, { fromFd, toFd, path });
    } finally {
      closeSync(toFd);
    }
  } finally {
    closeSync(fromFd);
  }
}

function copyFile(
  copy: Copy,
  { from, to, status, path }: { from: Place; to: Place; status: FileStatus; path: Buffer },
): void {
  const key = `${status.device}:${status.inode}`;
  const first = status.links > 1 ? copy.linked.get(key) : undefined;
  if (first !== undefined) linkat({ dirFd: copy.rootFd, path: first }, { dirFd: to.dirFd, path: to.name });
  else if (copyNode(from, status, { to, ...copy }) && status.links > 1) copy.linked.set(key, path);
}

/** What only overlayfs reads stays behind, unless the copy is a layer. */
function takeAttributes({ creator, owner, layer }: Copy, from: Place, to: Place): void {
  const found = readAttributes(from, fstatat(from.dirFd, from.name));
  const attributes = {
    ...found,
    ...owner?.(found),
    xattrs: found.xattrs.filter(({ name }) => name !== OPAQUE_XATTR),
  };
  if (layer && attributes.xattrs.length < found.xattrs.length)
    lsetxattr(procPath(to.dirFd, to.name), OPAQUE_XATTR, Buffer.from("y"));
  changeOwner(to.dirFd, to.name, attributes);
  setOwnerAndMode(to.dirFd, to.name, { creator, attributes, made: -1 });
  setTimes(to.dirFd, to.name, attributes.mtime);
}

function statIfThere(dirFd: number, name: Buffer): FileStatus | undefined {
  try {
    return fstatat(dirFd, name);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
