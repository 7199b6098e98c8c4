import { closeSync, constants, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { TspodError } from "../../errors.ts";
import {
  AT_FDCWD,
  type FileStatus,
  fstatat,
  readlinkat,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import type { ByteString } from "../tar/byte-string.ts";
import { checkDepth } from "../tar/entry-path.ts";
import { type TarBatch, tarBatch } from "../tar/tar-batch.ts";
import { TAR_END, tarHeader, tarPadding, type WrittenEntry } from "../tar/tar-header-writer.ts";
import type { ChangeOwner } from "./copy-node.ts";
import { type HeldFile, holdFile, identity, type Place, readAttributes } from "./held-file.ts";
import { isOpaque } from "./opaque.ts";
import { readUnsized } from "./read-unsized.ts";
import { walkTree } from "./walk-tree.ts";

export interface PackOptions {
  /**
   * What overlayfs keeps in an upper directory becomes what a layer's tar has: whiteouts `.wh.NAME`, opaque
   * directories `.wh..wh..opq`. Absent: the tree is a whole root file system.
   */
  readonly whiteouts?: boolean;
  /** Clean paths, without a slash in front, that are left out where they are empty files: mount points. */
  readonly mountPoints?: ReadonlySet<string>;
  /** Whether the root directory itself has an entry; default: it has. */
  readonly root?: boolean;
  /** device:inode of directories whose content is left out. */
  readonly emptied?: ReadonlySet<string>;
  /** Whose a file is in the tar, by whose it is on disk; absent: the same. */
  readonly owner?: ChangeOwner | undefined;
}

type Held = Pick<HeldFile, "fd" | "status">;

interface Packing extends PackOptions {
  readonly batch: TarBatch;
  /** Files with several links: device and inode → the name that the first has in the tar. */
  readonly linked: Map<string, ByteString>;
}

/**
 * A tree as a layer's tar. The same tree gives the same bytes: names in the order of their bytes, times in
 * whole seconds, no names of users. It may change meanwhile (a container writes): what is gone is left out.
 * Each file is opened once, by O_PATH, and all that is said of it is read from that descriptor, so that no
 * name that is swapped leads out of the tree. Sockets are left out, and the xattrs that belong to overlayfs
 * and to this machine.
 * @throws {TspodError} If directories are nested deeper than a tar is unpacked from: checkDepth().
 * @param root absolute path of a directory
 */
export async function* packTree(root: string, options: PackOptions): AsyncGenerator<Buffer> {
  const packing = newPacking(options);
  using held = holdRoot({ dirFd: AT_FDCWD, name: root });
  if (options.root ?? true) yield* addHeader(packing, held, { name: "./" });
  yield* packDirectory(packing, held, "");
  yield* end(packing);
}

/**
 * A file or directory as a tar, in the manner of packTree().
 * @param name what it is called in the tar; "": of a directory, only what is in it, in the root of the tar
 */
export async function* packAs(place: Place, name: string, options: PackOptions): AsyncGenerator<Buffer> {
  const packing = newPacking(options);
  using held = holdRoot(place);
  if (name === "") yield* packDirectory(packing, held, "");
  else yield* packEntry(packing, held, Buffer.from(name).toString("latin1"));
  yield* end(packing);
}

function newPacking(options: PackOptions): Packing {
  return { ...options, linked: new Map<string, ByteString>(), batch: tarBatch() };
}

function* end({ batch }: Packing): Generator<Buffer> {
  yield* batch.add(TAR_END);
  yield* batch.rest();
}

/** @throws {TspodError} If it is gone. */
function holdRoot(place: Place): HeldFile {
  const held = holdFile(place);
  if (held !== undefined) return held;
  throw new TspodError(`"${place.name}" is gone: no such file or directory`);
}

/** @param path of the directory in the tar: "" or ending in a slash */
async function* packDirectory(packing: Packing, held: Held, path: ByteString): AsyncGenerator<Buffer> {
  yield* opaqueMark(packing, held, path);
  const empties = (status: FileStatus): boolean => isEmptied(packing, status);
  for (const visit of walkTree(held, { sorted: true, empties })) {
    if (visit.kind === "leave") {
      await setImmediate(); // The compressor and ctrl-C have their turn.
      continue;
    }
    const own = path + visit.path;
    checkDepth(own);
    // Not by yield*, which would wait at each step of a generator that is not asynchronous.
    const pack = visit.kind === "node" ? packFile : packHead;
    for (const batch of pack(packing, visit.held, own)) yield batch;
  }
}

async function* packEntry(packing: Packing, held: Held, path: ByteString): AsyncGenerator<Buffer> {
  if ((held.status.mode & S_IFMT) !== S_IFDIR) yield* packFile(packing, held, path);
  else if (isEmptied(packing, held.status)) yield* packHead(packing, held, path);
  else {
    yield* addHeader(packing, held, { name: `${path}/` });
    yield* packDirectory(packing, held, `${path}/`);
  }
}

function isEmptied({ emptied }: Packing, status: FileStatus): boolean {
  return emptied?.has(identity(status)) === true;
}

/** A directory itself, and whether it hides what is below. */
function* packHead(packing: Packing, held: Held, path: ByteString): Generator<Buffer> {
  yield* addHeader(packing, held, { name: `${path}/` });
  if (!isEmptied(packing, held.status)) yield* opaqueMark(packing, held, `${path}/`);
}

function* opaqueMark(packing: Packing, { fd }: Held, path: ByteString): Generator<Buffer> {
  if (packing.whiteouts && (isOpaque(fd) || isFuseOpaque(fd)))
    yield* packing.batch.add(whiteout(`${path}.wh..wh..opq`));
}

/** What is no directory. */
function* packFile(packing: Packing, held: Held, path: ByteString): Generator<Buffer> {
  const { fd, status } = held;
  switch (status.mode & S_IFMT) {
    case S_IFREG:
      yield* packContent(packing, held, path);
      return;
    case S_IFLNK: {
      const linkName = readlinkat(fd, "").toString("latin1");
      yield* addHeader(packing, held, { name: path, type: "symlink", linkName });
      return;
    }
    case S_IFIFO:
      yield* addHeader(packing, held, { name: path, type: "fifo" });
      return;
    case S_IFCHR:
      if (packing.whiteouts && status.major === 0 && status.minor === 0)
        yield* packing.batch.add(whiteout(whiteoutName(path)));
  }
}

function whiteoutName(path: ByteString): ByteString {
  const slash = path.lastIndexOf("/") + 1;
  return `${path.slice(0, slash)}.wh.${path.slice(slash)}`;
}

/** fuse-overlayfs writes that name itself, and another xattr. */
function isFuseOpaque(fd: number): boolean {
  try {
    fstatat(fd, ".wh..wh..opq");
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

function whiteout(name: ByteString): Buffer {
  return tarHeader({ name, type: "file", mode: 0 });
}

function* packContent(packing: Packing, held: Held, path: ByteString): Generator<Buffer> {
  const { status } = held;
  if (status.size === 0 && packing.mountPoints?.has(path)) return;
  // said already, before what is in the directory
  if (packing.whiteouts && path.endsWith(".wh..wh..opq")) return;
  const key = identity(status);
  const first = status.links > 1 ? packing.linked.get(key) : undefined;
  if (first !== undefined) {
    yield* addHeader(packing, held, { name: path, type: "link", linkName: first });
    return;
  }
  const fd = openSync(`/proc/self/fd/${held.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const unsized = status.size === 0 ? readUnsized(fd) : undefined;
    const size = unsized?.length ?? status.size;
    const { batch } = packing;
    // By a descriptor that is open for reading the kernel needs no way through /proc to the xattrs.
    yield* addHeader(packing, { fd, status }, { name: path, type: "file", size });
    if (unsized === undefined) yield* batch.fill(size, (into, at) => readSync(fd, into, at));
    else yield* batch.add(unsized);
    yield* batch.add(tarPadding(size));
  } finally {
    closeSync(fd);
  }
  if (status.links > 1) packing.linked.set(key, path);
}

/** Hard links say nothing of their own but the name. */
function addHeader(
  packing: Packing,
  held: Held,
  entry: Pick<WrittenEntry, "name" | "size" | "linkName"> & { type?: WrittenEntry["type"] },
): Generator<Buffer> {
  const { type = "directory" } = entry;
  const { mode, uid, gid, mtime, xattrs } = readAttributes(held);
  const header = tarHeader({
    ...entry,
    type,
    mode: type === "symlink" ? 0o777 : mode,
    ...(packing.owner?.({ uid, gid }) ?? { uid, gid }),
    mtime: mtime.seconds,
    xattrs: type === "link" ? [] : xattrs.filter(({ name }) => !OF_THIS_MACHINE.test(name)),
  });
  return packing.batch.add(header);
}

const OF_THIS_MACHINE =
  /^(?:(?:trusted|user)\.overlay\.|user\.fuseoverlayfs\.|user\.containers\.|security\.selinux$)/;
