import { closeSync, constants, readdirSync } from "node:fs";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_FOLLOW,
  type FileStatus,
  fstatat,
  fstatatIfThere,
  linkat,
  mknodat,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { fsetxattr } from "../../os/xattr.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import {
  type Attributes,
  type Creator,
  changeOwner,
  readCreator,
  setOwnerAndMode,
  setTimes,
} from "./attributes.ts";
import { type ChangeOwner, copyNode } from "./copy-node.ts";
import { openWay, targetFd } from "./directory-way.ts";
import { type HeldFile, holdFile, identity, type Place, readAttributes } from "./held-file.ts";
import { isOpaque, OPAQUE_XATTR } from "./opaque.ts";
import { removeEntry } from "./remove-tree.ts";
import { type Arrival, walkTree } from "./walk-tree.ts";

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
  readonly path: ByteString;
  /** identity() */
  readonly is: string;
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
  const root = { fd: fromFd, status: fstatat(fromFd, "", AT_EMPTY_PATH) };
  mergeContents(copy, root);
  giveAttributes(copy, readAttributes(root), rootFd);
}

function openDirectory(place: Place, resolve: number): number {
  return openat2(place.dirFd, place.name, { flags: FLAGS, resolve });
}

function mergeContents(copy: Copy, root: Pick<HeldFile, "fd" | "status">): void {
  using to = openWay(copy.rootFd);
  /** The directories that have been entered, the last one innermost. */
  const entered: { readonly attributes: Attributes; readonly isNew: boolean }[] = [];
  hideBelow(copy, root.fd, copy.rootFd);
  for (const visit of walkTree(root)) {
    const toFd = targetFd(to, visit.path);
    if (visit.kind === "leave") {
      const left = entered.pop();
      if (left !== undefined) giveAttributes(copy, left.attributes, toFd);
      to.leave();
      continue;
    }
    const place = { dirFd: toFd, name: visit.name };
    // In a directory that was made just now there is nothing yet.
    const there = entered.at(-1)?.isNew ? undefined : fstatatIfThere(toFd, visit.name);
    const made = mergeEntry(copy, visit, { to: place, there });
    if (made === undefined) continue; // not a directory
    to.enter(visit.name, { fd: made.fd, status: fstatat(made.fd, "", AT_EMPTY_PATH) });
    entered.push({ attributes: readAttributes(visit.held), isNew: made.isNew });
    hideBelow(copy, visit.held.fd, made.fd);
  }
}

function hideBelow(copy: Copy, fromFd: number, toFd: number): void {
  if ((!copy.layer || copy.stacked) && isOpaque(fromFd)) emptyDirectory(toFd);
}

function emptyDirectory(fd: number): void {
  for (const name of readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" })) removeEntry(fd, name);
}

/**
 * @param there what has the name now
 * @returns a directory that is there now for one that has been entered; its descriptor is the caller's to
 *   close
 */
function mergeEntry(
  copy: Copy,
  { held, path }: Arrival,
  { to, there }: { to: Place; there: FileStatus | undefined },
): { fd: number; isNew: boolean } | undefined {
  const type = held.status.mode & S_IFMT;
  const bothDirectories = type === S_IFDIR && there !== undefined && (there.mode & S_IFMT) === S_IFDIR;
  if (bothDirectories) return { fd: openDirectory(to, NO_SYMLINKS), isNew: false };
  if (there !== undefined) removeEntry(to.dirFd, to.name);
  if (type === S_IFCHR) {
    if (copy.layer) mknodat(to.dirFd, to.name, { mode: S_IFCHR }); // a whiteout
    return undefined;
  }
  if (type !== S_IFDIR) {
    copyFile(copy, held, { to, path });
    return undefined;
  }
  const made = copyNode(held, { to, ...copy });
  if (made === undefined) return undefined;
  // A directory in the place of a whiteout hides what that has hidden.
  const hides = copy.stacked && there !== undefined && (there.mode & S_IFMT) === S_IFCHR;
  if (hides) fsetxattr(made, OPAQUE_XATTR, Buffer.from("y"));
  return { fd: made, isNew: true };
}

function copyFile(copy: Copy, from: Arrival["held"], { to, path }: { to: Place; path: ByteString }): void {
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

/**
 * Gives the first copy one more name. A container that has the directory mounted may have moved that copy
 * since, and put a symlink to the host's files into its way: only the very file that was made is linked.
 * @returns false where the file is not in its place any more
 */
function linkTo(rootFd: number, { path, is }: FirstCopy, to: Place): boolean {
  using held = holdFile({ dirFd: rootFd, name: toPath(path) });
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
function giveAttributes({ creator, owner, layer }: Copy, found: Attributes, to: number): void {
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
