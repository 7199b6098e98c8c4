import { closeSync, constants, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import {
  type FileStatus,
  fstatat,
  hasCode,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  readlinkat,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "../../os/addon.ts";
import type { ByteString } from "../tar/byte-string.ts";
import { TAR_END, tarHeader, tarPadding, type WrittenEntry } from "../tar/tar-header-writer.ts";
import { type ChangeOwner, readAttributes } from "./copy-node.ts";
import { isOpaque } from "./opaque.ts";

export interface PackOptions {
  /**
   * What overlayfs keeps in an upper directory becomes what a layer's tar has: whiteouts `.wh.NAME`, opaque
   * directories `.wh..wh..opq`. Absent: the tree is a whole root file system.
   */
  readonly whiteouts?: boolean;
  /** Clean paths, without a slash in front, that are left out where they are empty files: mount points. */
  readonly mountPoints?: ReadonlySet<string>;
  /** Whose a file is in the tar, by whose it is on disk; absent: the same. */
  readonly owner?: ChangeOwner | undefined;
}

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** A name may have become a fifo since it was looked at: opening that must not wait. */
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const RESOLVE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
const CHUNK = 256 * 1024;

interface Packing extends PackOptions {
  /** Files with several links: device and inode → the name that the first has in the tar. */
  readonly linked: Map<string, ByteString>;
}

/**
 * A tree as a layer's tar. The same tree gives the same bytes: names in the order of their bytes, times in
 * whole seconds, no names of users. It may change meanwhile (a container writes): what is gone is left out,
 * and no symlink leads out of it. Sockets are left out, and the xattrs that belong to overlayfs and to this
 * machine.
 * @param root absolute path of a directory
 */
export async function* packTree(root: string, options: PackOptions): AsyncGenerator<Buffer> {
  const fd = openSync(root, DIRECTORY);
  try {
    const packing: Packing = { ...options, linked: new Map<string, ByteString>() };
    yield entryHeader({ dirFd: fd, name: ".", status: fstatat(fd, ".") }, packing, { name: "./" });
    yield* packDirectory(packing, fd, "");
  } finally {
    closeSync(fd);
  }
  yield TAR_END;
}

/**
 * A file or directory as a tar, in the manner of packTree().
 * @param name what it is called in the tar; "": of a directory, only what is in it, in the root of the tar
 */
export async function* packAs(
  { dirFd, name: source }: Pick<Found, "dirFd" | "name">,
  name: string,
  options: PackOptions,
): AsyncGenerator<Buffer> {
  const packing: Packing = { ...options, linked: new Map<string, ByteString>() };
  const found = { dirFd, name: source, status: fstatat(dirFd, source) };
  if (name === "") yield* packContents(packing, found, "");
  else yield* packEntry(packing, found, Buffer.from(name).toString("latin1"));
  yield TAR_END;
}

/** @param path of the directory in the tar: "" or ending in a slash */
async function* packDirectory(packing: Packing, fd: number, path: ByteString): AsyncGenerator<Buffer> {
  if (packing.whiteouts && (isOpaque(fd, ".") || isFuseOpaque(fd))) yield whiteout(`${path}.wh..wh..opq`);
  const names = readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" }).sort(Buffer.compare);
  for (const name of names) {
    const status = statIfThere(fd, name);
    if (status === undefined) continue;
    yield* packEntry(packing, { dirFd: fd, name, status }, path + name.toString("latin1"));
  }
  await setImmediate(); // the compressor and ctrl-C have their turn
}

interface Found {
  readonly dirFd: number;
  readonly name: string | Buffer;
  readonly status: FileStatus;
}

async function* packEntry(packing: Packing, found: Found, path: ByteString): AsyncGenerator<Buffer> {
  const { dirFd, name, status } = found;
  switch (status.mode & S_IFMT) {
    case S_IFDIR:
      yield* packContents(packing, found, `${path}/`);
      return;
    case S_IFREG:
      yield* packFile(packing, found, path);
      return;
    case S_IFLNK: {
      const linkName = unlessGone(() => readlinkat(dirFd, name))?.toString("latin1");
      if (linkName === undefined) return;
      yield entryHeader(found, packing, { name: path, type: "symlink", linkName });
      return;
    }
    case S_IFIFO:
      yield entryHeader(found, packing, { name: path, type: "fifo" });
      return;
    case S_IFCHR:
      if (packing.whiteouts && status.major === 0 && status.minor === 0) yield whiteout(whiteoutName(path));
  }
}

/** @param path what the directory is called in the tar, ending in a slash; "": it has no entry itself */
async function* packContents(packing: Packing, found: Found, path: ByteString): AsyncGenerator<Buffer> {
  const fd = openIfThere(found.dirFd, found.name, DIRECTORY);
  if (fd === undefined) return;
  try {
    if (path !== "") yield entryHeader(found, packing, { name: path });
    yield* packDirectory(packing, fd, path);
  } finally {
    closeSync(fd);
  }
}

function whiteoutName(path: ByteString): ByteString {
  const slash = path.lastIndexOf("/") + 1;
  return `${path.slice(0, slash)}.wh.${path.slice(slash)}`;
}

/** fuse-overlayfs writes that name itself, and another xattr. */
function isFuseOpaque(fd: number): boolean {
  return statIfThere(fd, Buffer.from(".wh..wh..opq")) !== undefined;
}

function whiteout(name: ByteString): Buffer {
  return tarHeader({ name, type: "file", mode: 0 });
}

async function* packFile(packing: Packing, found: Found, path: ByteString): AsyncGenerator<Buffer> {
  const { dirFd, name, status } = found;
  if (status.size === 0 && packing.mountPoints?.has(path)) return;
  // said already, before what is in the directory
  if (packing.whiteouts && path.endsWith(".wh..wh..opq")) return;
  const key = `${status.device}:${status.inode}`;
  const first = status.links > 1 ? packing.linked.get(key) : undefined;
  if (first !== undefined) {
    yield entryHeader(found, packing, { name: path, type: "link", linkName: first });
    return;
  }
  const fd = openIfThere(dirFd, name, FILE);
  if (fd === undefined) return;
  try {
    // Files of /proc and the like have content, but no size that says so.
    const unsized = status.size === 0 ? readFileSync(fd) : undefined;
    const size = unsized?.length ?? status.size;
    yield entryHeader(found, packing, { name: path, type: "file", size });
    if (unsized === undefined) yield* readExactly(fd, size);
    else yield unsized;
    yield tarPadding(size);
  } finally {
    closeSync(fd);
  }
  if (status.links > 1) packing.linked.set(key, path);
}

/** As many bytes as the header says, whatever happens to the file meanwhile. */
async function* readExactly(fd: number, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK, size - at));
    const count = readSync(fd, chunk, 0, chunk.length, at);
    at += count === 0 ? chunk.length : count;
    yield count === 0 ? chunk : chunk.subarray(0, count);
  }
}

/** Hard links say nothing of their own but the name. */
function entryHeader(
  found: Found,
  packing: Packing,
  entry: Pick<WrittenEntry, "name" | "size" | "linkName"> & { type?: WrittenEntry["type"] },
): Buffer {
  const { type = "directory" } = entry;
  const { mode, uid, gid, mtime, xattrs } = readAttributes(found, found.status);
  return tarHeader({
    ...entry,
    type,
    mode: type === "symlink" ? 0o777 : mode,
    ...(packing.owner?.({ uid, gid }) ?? { uid, gid }),
    mtime: mtime.seconds,
    xattrs: type === "link" ? [] : xattrs.filter(({ name }) => !OF_THIS_MACHINE.test(name)),
  });
}

const OF_THIS_MACHINE =
  /^(?:(?:trusted|user)\.overlay\.|user\.fuseoverlayfs\.|user\.containers\.|security\.selinux$)/;

function statIfThere(dirFd: number, name: string | Buffer): FileStatus | undefined {
  return unlessGone(() => fstatat(dirFd, name));
}

function openIfThere(dirFd: number, name: string | Buffer, flags: number): number | undefined {
  return unlessGone(() => openat2(dirFd, name, { flags, resolve: RESOLVE }));
}

/** undefined: the name has gone, or is something else now. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ELOOP", "ENOTDIR", "EINVAL")) return undefined;
    throw error;
  }
}
