import { chmodSync, chownSync, closeSync, constants, openSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { fstatat, mkdirat, O_PATH, readlinkat, S_IFDIR, S_IFLNK, S_IFMT, unlinkat } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, readable } from "../../storage/tar/byte-string.ts";
import { type Creator, readCreator, setOwnerAndMode, setTimes } from "../../storage/tree/attributes.ts";
import { holdFile, openMade, readAttributes } from "../../storage/tree/held-file.ts";
import { type LowerNode, openLowerChain } from "../../storage/tree/lower-chain.ts";

/** A directory of the new layer that something is put into. */
export interface TargetDirectory {
  readonly fd: number;
  /** From the root, as bytes: "" for the root. */
  readonly path: string;
  /** Whether the layers below have it as well: then what they have in it counts. */
  readonly hasBelow: boolean;
}

/** What new directories look like that nothing says anything about. */
export interface NewDirectory {
  readonly owner: Owner;
  readonly mode: number;
}

/** A new layer on top of others, in the form of an overlay's upper directory. Nothing is mounted. */
export interface Destination extends Disposable {
  readonly creator: Creator;
  /**
   * Where a path leads in all layers together; links are followed, and end at the root. No slash in front.
   */
  resolve(path: string): string;
  /** What stands there, seen from the top. */
  find(path: string): LowerNode | undefined;
  /** As find(), for a path of bytes. */
  findBytes(path: ByteString): LowerNode | undefined;
  /**
   * A directory of the new layer, with all above it: those that the layers below have look as they do there.
   * @throws {TspodError} If something else has the name. The descriptor is good until the destination is
   * disposed of.
   */
  directory(path: string, made: NewDirectory): TargetDirectory;
  /**
   * The same for one name in such a directory.
   * @throws {TspodError} If something else has the name.
   */
  child(
    parent: TargetDirectory,
    name: Buffer,
    made: NewDirectory,
  ): TargetDirectory & { readonly isNew: boolean };
  /**
   * A file is to have the name.
   * @throws {TspodError} If a directory of the layers below has it.
   */
  refuseDirectory(parent: TargetDirectory, name: Buffer): void;
  /**
   * Make way for a file: what this layer has by that name goes.
   * @throws {TspodError} If a directory has it.
   */
  makeWay(parent: TargetDirectory, name: Buffer): void;
}

const LINKS_MAX = 40;

/**
 * @param upper absolute path of the new layer's directory
 * @param lowers absolute paths of the layers below, topmost first
 */
export function openDestination(upper: string, lowers: readonly string[]): Destination {
  const opened = new DisposableStack();
  const below = opened.use(openLowerChain(lowers));
  const merged = opened.use(openLowerChain([upper, ...lowers]));
  const creator = readCreator();
  const rootFd = opened.adopt(openSync(upper, O_PATH | constants.O_DIRECTORY), closeSync);
  const directories = new Map<string, TargetDirectory>([
    ["", { fd: rootFd, path: "", hasBelow: lowers.length > 0 }],
  ]);

  function find(path: string): LowerNode | undefined {
    return merged.find(bytes(path));
  }

  function child(parent: TargetDirectory, name: Buffer, made: NewDirectory) {
    const path = joinPath(parent.path, name.toString("latin1"));
    const lower = parent.hasBelow ? below.find(path) : undefined;
    if (lower !== undefined && !isDirectory(lower)) throw notDirectory(path);
    const { fd, isNew } = makeDirectory(parent.fd, name, { path, lower, made, creator });
    return { fd, path, hasBelow: lower !== undefined && !lower.opaque, isNew: isNew && lower === undefined };
  }

  function directory(path: string, made: NewDirectory): TargetDirectory {
    return directoryAt(bytes(path), made);
  }

  function directoryAt(path: string, made: NewDirectory): TargetDirectory {
    const known = directories.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf("/");
    const parent = directoryAt(slash === -1 ? "" : path.slice(0, slash), made);
    const found = child(parent, Buffer.from(path.slice(slash + 1), "latin1"), made);
    opened.adopt(found.fd, closeSync);
    directories.set(path, found);
    return found;
  }

  return {
    creator,
    resolve: (path) => resolveLinks(find, path),
    find,
    findBytes: (path) => merged.find(path),
    directory,
    child,
    refuseDirectory(parent, name) {
      if (!parent.hasBelow) return;
      const path = joinPath(parent.path, name.toString("latin1"));
      const lower = below.find(path);
      if (lower !== undefined && isDirectory(lower)) throw overDirectory(path);
    },
    makeWay: (parent, name) => removeFile(parent.fd, name, joinPath(parent.path, name.toString("latin1"))),
    [Symbol.dispose]: () => opened.dispose(),
  };
}

/** The root of a new layer looks like that of the topmost layer below. @param lower absolute path */
export function copyRootAttributes(upper: string, lower: string | undefined): void {
  if (lower === undefined) {
    chmodSync(upper, 0o755);
    return;
  }
  const fd = openSync(lower, O_PATH | constants.O_DIRECTORY);
  try {
    const status = fstatat(fd, ".");
    chownSync(upper, status.uid, status.gid);
    chmodSync(upper, status.mode & 0o7777);
  } finally {
    closeSync(fd);
  }
}

interface Making {
  readonly path: string;
  readonly lower: LowerNode | undefined;
  readonly made: NewDirectory;
  readonly creator: Creator;
}

/** @returns its descriptor, and whether it was not there yet */
function makeDirectory(
  dirFd: number,
  name: Buffer,
  { path, lower, made, creator }: Making,
): { fd: number; isNew: boolean } {
  try {
    mkdirat(dirFd, name, 0o700);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    if ((fstatat(dirFd, name).mode & S_IFMT) !== S_IFDIR) throw notDirectory(path);
    return { fd: openMade({ dirFd, name }, S_IFDIR), isNew: false };
  }
  const fd = openMade({ dirFd, name }, S_IFDIR);
  using below = lower && holdFile(lower);
  if (below === undefined) {
    setOwnerAndMode(fd, {
      creator,
      attributes: { ...made.owner, mode: made.mode, xattrs: [] },
      made: -1,
    });
  } else {
    const attributes = readAttributes(below);
    setOwnerAndMode(fd, { creator, attributes, made: -1 });
    setTimes(fd, attributes.mtime);
  }
  return { fd, isNew: true };
}

function removeFile(dirFd: number, name: Buffer, path: string): void {
  try {
    unlinkat(dirFd, name);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    if (hasCode(error, "EISDIR", "EPERM")) throw overDirectory(path);
    throw error;
  }
}

function isDirectory({ status }: LowerNode): boolean {
  return (status.mode & S_IFMT) === S_IFDIR;
}

function notDirectory(path: string): TspodError {
  return new TspodError(`cannot copy to non-directory: /${readable(path)}`);
}

function overDirectory(path: string): TspodError {
  return new TspodError(`cannot replace to directory /${readable(path)} with file`);
}

/**
 * A path through all links on the way and at its end, as chroot(2) would have it. What is not there has no
 * links.
 * @throws {TspodError} If they go round in circles.
 */
function resolveLinks(find: (path: string) => LowerNode | undefined, path: string): string {
  const ahead = path.split("/").reverse();
  let done: string[] = [];
  let links = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const node = find([...done, part].join("/"));
    if (node === undefined || (node.status.mode & S_IFMT) !== S_IFLNK) {
      done.push(part);
      continue;
    }
    if (++links > LINKS_MAX) throw new TspodError(`too many levels of symbolic links: "${path}"`);
    const target = readLink(node);
    if (target.startsWith("/")) done = [];
    ahead.push(...target.split("/").reverse());
  }
  return done.join("/");
}

/** A symlink's target; "" if something else has taken the link's place meanwhile. */
function readLink(node: LowerNode): string {
  using held = holdFile(node);
  return held === undefined || (held.status.mode & S_IFMT) !== S_IFLNK
    ? ""
    : readlinkat(held.fd, "").toString();
}

function joinPath(parent: string, name: string): string {
  return parent === "" ? name : `${parent}/${name}`;
}

/** Paths in layers are bytes, one to a character. */
function bytes(path: string): string {
  return Buffer.from(path).toString("latin1");
}
