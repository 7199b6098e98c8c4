import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import {
  type FileStatus,
  hasCode,
  linkat,
  makeFile,
  mknodat,
  readlinkat,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  symlinkat,
} from "../../os/addon.ts";
import { readable } from "../../storage/tar/byte-string.ts";
import { type Attributes, changeOwner, setOwnerAndMode, setTimes } from "../../storage/tree/attributes.ts";
import { createFile } from "../../storage/tree/file-sink.ts";
import { openMade, type Place } from "../../storage/tree/held-file.ts";
import type { WriteOut } from "../../storage/tree/write-out.ts";
import type { ChangeMode } from "./change-mode.ts";
import type { Destination, NewDirectory, TargetDirectory } from "./destination.ts";
import type { FileDigests } from "./file-digests.ts";
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
  /** Told of each visit when its file is copied. */
  readonly onVisit?: ((visit: Visit) => void) | undefined;
}

const AT_ONCE = 256;
/** Bytes: a file up to this is read whole and made in one call. */
const SMALL = 1024 * 1024;
const CHUNK = 256 * 1024;

interface Copying extends CopyOptions {
  readonly to: Destination;
  /** Files with several links: device and inode → the first copy. */
  readonly linked: Map<string, { readonly dirFd: number; readonly path: string }>;
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
  const stack: (TargetDirectory & { readonly isNew: boolean })[] = [{ ...at.directory, isNew: false }];
  let count = 0;
  try {
    for (const visit of walkSource(source, options.rules)) {
      visitOne(copying, { visit, stack, at });
      options.onVisit?.(visit);
      if (++count % AT_ONCE === 0) await setImmediate();
    }
  } finally {
    for (const { fd } of stack.slice(1)) closeSync(fd);
  }
}

type Stack = (TargetDirectory & { readonly isNew: boolean })[];

function visitOne(
  copying: Copying,
  { visit, stack, at }: { visit: Visit; stack: Stack; at: CopyTarget },
): void {
  const parent = stack.at(-1);
  if (parent === undefined) throw new Error("a directory was left twice");
  const isSourceItself = visit.path === "";
  switch (visit.kind) {
    case "enter":
      if (!isSourceItself) stack.push(enterDirectory(copying, parent, visit));
      return;
    case "leave":
      if (!isSourceItself) leaveDirectory(copying, { visit, stack });
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
function enterDirectory(copying: Copying, parent: TargetDirectory, visit: Visit) {
  const attributes = attributesOf(copying, visit);
  const made: NewDirectory = { owner: attributes, mode: attributes.mode };
  return copying.to.child(parent, visit.name, made);
}

function leaveDirectory(copying: Copying, { visit, stack }: { visit: Visit; stack: Stack }): void {
  const left = stack.pop();
  if (left === undefined) return;
  try {
    const attributes = attributesOf(copying, visit);
    // One that the layers below have may be another's, and is given to whom the source's is, root too.
    if (!left.isNew) changeOwner(left.fd, attributes);
    setOwnerAndMode(left.fd, { creator: copying.to.creator, attributes, made: -1 });
    setTimes(left.fd, attributes.mtime);
  } finally {
    closeSync(left.fd);
  }
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
  const key = `${status.device}:${status.inode}`;
  const first = status.links > 1 ? copying.linked.get(key) : undefined;
  const make = (): boolean => {
    if (first === undefined) return makeNode(copying, parent, visit);
    linkat(first, { dirFd: parent.fd, path: target });
    return true;
  };
  copying.to.refuseDirectory(parent, target);
  if (!madeNew(make, () => copying.to.makeWay(parent, target)) || first !== undefined) return;
  if (status.links > 1) {
    const root = copying.to.directory("", { owner: copying.to.creator, mode: 0o755 });
    const path = [parent.path, target.toString("latin1")].filter(Boolean).join("/");
    copying.linked.set(key, { dirFd: root.fd, path });
  }
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
      copying.writeOut.wrote(status.size);
      copyContent(visit, {
        parent,
        target,
        attributes,
        creator,
        buffer: copying.buffer,
        digests: copying.digests,
      });
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
  readonly creator: Destination["creator"];
  readonly buffer: Buffer;
  readonly digests?: FileDigests | undefined;
}

/** Small files, which most are, in one call each. */
function copyContent(
  { held }: Visit,
  { parent, target, attributes, creator, buffer, digests }: Making,
): void {
  const { status } = held;
  const fd = openSync(`/proc/self/fd/${held.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { uid, gid, mode, mtime, xattrs } = attributes;
    const isPlain = uid === creator.uid && gid === creator.gid && xattrs.length === 0;
    if (isPlain && status.size <= SMALL) {
      const content = readWhole(fd, status, buffer);
      digests?.note(status, content);
      makeFile(parent.fd, target, { mode, umask: creator.umask, content, modify: mtime });
      return;
    }
    const sink = createFile(
      { dirFd: parent.fd, name: target },
      { ...attributes, size: status.size },
      creator,
    );
    pump(fd, sink, digests && ((digest) => digests.noteDigest(status, digest)));
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

/** @param onDigest told of the SHA-256 of all of it, in hex */
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
