import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import {
  AT_EMPTY_PATH,
  type FileStatus,
  fstatat,
  makeFile,
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
import { createFile } from "../../storage/tree/file-sink.ts";
import { holdFile, identity, openMade, type Place } from "../../storage/tree/held-file.ts";
import type { WriteOut } from "../../storage/tree/write-out.ts";
import type { ChangeMode } from "./change-mode.ts";
import type { Destination, NewDirectory, TargetDirectory } from "./destination.ts";
import type { EarlierCopy, WantedFile } from "./earlier-copy.ts";
import type { FileDigests } from "./file-digests.ts";
import { type FirstCopy, linkTo } from "./first-copy.ts";
import type { Source } from "./source-root.ts";
import { type Visit, type WalkRules, walkSource } from "./walk-source.ts";

/** Where a source goes: the contents of a directory into `directory`, a file under `name` in it. */
export interface CopyTarget {
  readonly directory: TargetDirectory;
  readonly name: Buffer;
}

export interface CopyOptions {
  readonly rules: WalkRules;
  /** Whose the copies are; absent: the owners that the files have. */
  readonly owner?: Owner | undefined;
  readonly changeMode?: ChangeMode | undefined;
  readonly writeOut: WriteOut;
  /** Told of contents that are read anyway, where they are asked for later. */
  readonly digests?: FileDigests | undefined;
  /** What is the same in it is not written again. */
  readonly earlier?: EarlierCopy | undefined;
  /** Told of each visit when its file is copied. */
  readonly onVisit?: ((visit: Visit) => void) | undefined;
}

const AT_ONCE = 256;
/** Bytes: a file up to this is read whole and made in one call. */
const SMALL = 1024 * 1024;
const CHUNK = 256 * 1024;

interface Copying extends CopyOptions {
  readonly to: Destination;
  /** Files with several links: identity() → the first copy. */
  readonly linked: Map<string, FirstCopy>;
  /** For the content of one file after the other: it has been written when the next one is read. */
  readonly buffer: Buffer;
}

/**
 * Copy a source with everything that belongs to it. Sockets and devices are left out.
 * @throws {TspodError} If a file stands where a directory is to be, or the other way round.
 */
export async function copySource(
  source: Source,
  { to, at, options }: { to: Destination; at: CopyTarget; options: CopyOptions },
): Promise<void> {
  const copying: Copying = { ...options, to, linked: new Map(), buffer: Buffer.allocUnsafe(SMALL + 1) };
  using way = openWay(at.directory.fd);
  const stack: Stack = [{ ...at.directory, isNew: false }];
  let count = 0;
  for (const visit of walkSource(source, options.rules)) {
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

interface Making {
  readonly parent: TargetDirectory;
  readonly target: Buffer;
  readonly attributes: Attributes;
}

/** Small files, which most are, in one call each. */
function copyContent(copying: Copying, { held }: Visit, { parent, target, attributes }: Making): void {
  const { status } = held;
  const { digests, writeOut, buffer } = copying;
  const { creator } = copying.to;
  const fd = openSync(`/proc/self/fd/${held.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { uid, gid, mode, mtime, xattrs } = attributes;
    const isPlain = uid === creator.uid && gid === creator.gid && xattrs.length === 0;
    const content = status.size <= SMALL ? readWhole(fd, status, buffer) : undefined;
    if (content !== undefined) digests?.note(status, content);
    const read: WantedFile["read"] = (into, at) =>
      content === undefined ? readSync(fd, into, 0, into.length, at) : content.copy(into, 0, at);
    const to = { dirFd: parent.fd, name: target };
    const wanted = { directory: parent.path, to, attributes, size: content?.length ?? status.size, read };
    if (copying.earlier?.link(wanted)) return;
    writeOut.wrote(status.size);
    if (isPlain && content !== undefined) {
      makeFile(parent.fd, target, { mode, umask: creator.umask, content, modify: mtime });
      return;
    }
    const sink = createFile(to, { ...attributes, size: status.size }, creator);
    if (content === undefined) pump(fd, sink, digests && ((digest) => digests.noteDigest(status, digest)));
    else finishWith(sink, content);
  } finally {
    closeSync(fd);
  }
}

function readWhole(fd: number, { size }: FileStatus, buffer: Buffer): Buffer {
  let length = 0;
  while (length <= size) {
    const count = readSync(fd, buffer, length, Math.min(buffer.length, size + 1) - length, null);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

function finishWith(sink: ReturnType<typeof createFile>, content: Buffer): void {
  try {
    sink.write(content);
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.end();
}

/** @param onDigest called with the SHA-256 of all of it, in hex */
function pump(
  fd: number,
  sink: ReturnType<typeof createFile>,
  onDigest: ((digest: string) => void) | undefined,
): void {
  const hash = onDigest && createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK);
  try {
    for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
      const bytes = chunk.subarray(0, count);
      hash?.update(bytes);
      sink.write(bytes);
    }
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.end();
  if (hash !== undefined) onDigest?.(hash.digest("hex"));
}
