import { closeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import {
  AT_EMPTY_PATH,
  fstatat,
  mknodat,
  readlinkat,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  symlinkat,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { readable, toPath } from "../../storage/tar/byte-string.ts";
import { type Attributes, changeOwner, setOwnerAndMode, setTimes } from "../../storage/tree/attributes.ts";
import { type DirectoryWay, openWay, targetFd } from "../../storage/tree/directory-way.ts";
import { holdFile, identity, openMade, type Place } from "../../storage/tree/held-file.ts";
import type { ChangeMode } from "./change-mode.ts";
import { BUFFER_SIZE, type ContentCopying, copyContent } from "./copy-content.ts";
import type { Destination, NewDirectory, TargetDirectory } from "./destination.ts";
import { pathInLayer } from "./earlier-copy.ts";
import { type FirstCopy, linkTo } from "./first-copy.ts";
import type { Source } from "./source-root.ts";
import { type Visit, type WalkRules, walkSource } from "./walk-source.ts";

/** Where a source goes: the contents of a directory into `directory`, a file under `name` in it. */
export interface CopyTarget {
  readonly directory: TargetDirectory;
  readonly name: Buffer;
}

export interface CopyOptions extends Omit<ContentCopying, "to" | "buffer"> {
  readonly rules: WalkRules;
  /** Whose the copies are; absent: the owners that the files have. */
  readonly owner?: Owner | undefined;
  readonly changeMode?: ChangeMode | undefined;
  /** Told of each visit when its file is copied. */
  readonly onVisit?: ((visit: Visit) => void) | undefined;
}

const AT_ONCE = 256;

interface Copying extends CopyOptions, ContentCopying {
  /** Files with several links: identity() → the first copy. */
  readonly linked: Map<string, FirstCopy>;
}

/**
 * Copy a source with everything that belongs to it. Sockets and devices are left out.
 * @throws {TspodError} If a file stands where a directory is to be, or the other way round.
 */
export async function copySource(
  source: Source,
  { to, at, options }: { to: Destination; at: CopyTarget; options: CopyOptions },
): Promise<void> {
  const copying: Copying = { ...options, to, linked: new Map(), buffer: Buffer.allocUnsafe(BUFFER_SIZE) };
  using way = openWay(at.directory.fd);
  const stack: Stack = [{ ...at.directory, isNew: false }];
  let count = 0;
  for (const visit of walkSource(source, options.rules, options.digests?.knownPlain)) {
    visitOne(copying, { visit, way, stack, at });
    options.onVisit?.(visit);
    if (++count % AT_ONCE === 0) await setImmediate();
  }
}

/** The directories on the way, outermost first; the way closes their descriptors. */
type Stack = (Omit<TargetDirectory, "fd"> & { readonly isNew: boolean })[];

interface Walk {
  readonly way: DirectoryWay;
  readonly stack: Stack;
}

function visitOne(copying: Copying, { visit, at, ...walk }: Walk & { visit: Visit; at: CopyTarget }): void {
  const { way, stack } = walk;
  const innermost = stack.at(-1);
  if (innermost === undefined) throw new Error("a directory was left twice");
  const parent = { ...innermost, fd: targetFd(way, Buffer.from(visit.path).toString("latin1")) };
  const isSourceItself = visit.path === "";
  switch (visit.kind) {
    case "enter":
      if (!isSourceItself) enterDirectory(copying, { visit, parent, ...walk });
      return;
    case "leave":
      if (!isSourceItself) leaveDirectory(copying, { visit, parent, ...walk });
      return;
    case "node":
      copyFile(
        copying,
        parent,
        isSourceItself ? { ...visit, target: at.name } : { ...visit, target: visit.name },
      );
  }
}

/** A directory that is there already takes the attributes of the one that comes over it. */
function enterDirectory(
  copying: Copying,
  { visit, parent, way, stack }: Walk & { visit: Visit; parent: TargetDirectory },
): void {
  const attributes = attributesOf(copying, visit);
  const made: NewDirectory = { owner: attributes, mode: attributes.mode };
  const { fd, ...directory } = copying.to.child(parent, visit.name, made);
  way.enter(visit.name, { fd, status: fstatat(fd, "", AT_EMPTY_PATH) });
  stack.push(directory);
}

function leaveDirectory(
  copying: Copying,
  { visit, parent, way, stack }: Walk & { visit: Visit; parent: TargetDirectory },
): void {
  const attributes = attributesOf(copying, visit);
  // A directory of the layers below may have another owner: it gets that of the source, root too.
  if (stack.pop()?.isNew !== true) changeOwner(parent.fd, attributes);
  setOwnerAndMode(parent.fd, { creator: copying.to.creator, attributes, made: -1 });
  setTimes(parent.fd, attributes.mtime);
  way.leave();
}

function attributesOf({ owner, changeMode }: Copying, { held, attributes }: Visit): Attributes {
  const found = attributes();
  const mode = changeMode === undefined ? found.mode : changeMode(held.status.mode);
  return { ...found, ...owner, mode };
}

type FileVisit = Visit & { readonly target: Buffer };

function copyFile(copying: Copying, parent: TargetDirectory, visit: FileVisit): void {
  const { target } = visit;
  const { status } = visit.held;
  const key = identity(status);
  const first = status.links > 1 ? copying.linked.get(key) : undefined;
  const to = { dirFd: parent.fd, name: target };
  const make = (): boolean => (first !== undefined && linkTo(first, to)) || makeNode(copying, parent, visit);
  copying.to.refuseDirectory(parent, target);
  copying.copied?.forget(pathInLayer(parent.path, target));
  const isMade = madeNew(make, () => copying.to.makeWay(parent, target));
  if (isMade && first === undefined && status.links > 1) noteFirst(copying, key, { parent, target });
}

function noteFirst(
  copying: Copying,
  key: string,
  { parent, target }: { parent: TargetDirectory; target: Buffer },
): void {
  using made = holdFile({ dirFd: parent.fd, name: target });
  if (made === undefined) return;
  const root = copying.to.directory("", { owner: copying.to.creator, mode: 0o755 });
  const path = [parent.path, target.toString("latin1")].filter(Boolean).join("/");
  copying.linked.set(key, { dirFd: root.fd, name: toPath(path), is: identity(made.status) });
}

/** Most names are free: to look first would cost a failed call for each file. */
function madeNew(make: () => boolean, makeWay: () => void): boolean {
  try {
    return make();
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
  makeWay();
  return make();
}

/** @returns whether there is a copy */
function makeNode(copying: Copying, parent: TargetDirectory, visit: FileVisit): boolean {
  const { held, target } = visit;
  const { status } = held;
  const attributes = attributesOf(copying, visit);
  const { creator } = copying.to;
  switch (status.mode & S_IFMT) {
    case S_IFREG:
      copyContent(copying, visit, { parent, target, attributes });
      return true;
    case S_IFLNK:
      symlinkat(readlinkat(held.fd, ""), parent.fd, target);
      finishNode({ dirFd: parent.fd, name: target }, S_IFLNK, { creator, attributes, made: "symlink" });
      return true;
    case S_IFIFO:
      mknodat(parent.fd, target, { mode: S_IFIFO | 0o600 });
      finishNode({ dirFd: parent.fd, name: target }, S_IFIFO, { creator, attributes, made: -1 });
      return true;
    case S_IFDIR:
      throw new TspodError(`"${readable(visit.path)}" has become a directory while it was copied`);
    default:
      return false;
  }
}

interface Finishing {
  readonly creator: Destination["creator"];
  readonly attributes: Attributes;
  readonly made: number | "symlink";
}

function finishNode(place: Place, type: number, { creator, attributes, made }: Finishing): void {
  const fd = openMade(place, type);
  try {
    setOwnerAndMode(fd, { creator, attributes, made });
    setTimes(fd, attributes.mtime);
  } finally {
    closeSync(fd);
  }
}
