import { createHash, type Hash } from "node:crypto";
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { RESOLVE_IN_ROOT } from "../../os/at.ts";
import { openDeep } from "../../os/files/open-deep.ts";
import { hasCode } from "../../os/system-error.ts";
import { streamBlob } from "../../storage/blobs/blobs.ts";
import { decompressed } from "../../storage/compression/decompress.ts";
import { hasLayer, layerFiles, readLayer } from "../../storage/layers/layers.ts";
import type { Store } from "../../storage/store.ts";
import { type ByteString, readable, toPath } from "../../storage/tar/byte-string.ts";
import { cleanEntryPath } from "../../storage/tar/entry-path.ts";
import type { TarEntry } from "../../storage/tar/tar-entry.ts";
import { tarReader } from "../../storage/tar/tar-reader.ts";

const CHUNK = 256 * 1024;

/** A layer, and the blob that it was unpacked from. */
export interface CheckedLayer {
  readonly chainId: Digest;
  readonly blob: Digest;
}

export interface LayerCheck {
  /** Check only whether the layer is there; otherwise compare each file's content with its blob. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
}

/**
 * Says what is wrong with an unpacked layer; undefined: nothing is.
 * @throws {TspodError} If the blob can't be read: check that first.
 */
export async function checkLayer(
  store: Store,
  { chainId, blob }: CheckedLayer,
  { quick, signal }: LayerCheck,
): Promise<string | undefined> {
  if (!hasLayer(store, chainId)) return "is missing";
  try {
    readLayer(store, chainId);
  } catch (error) {
    if (error instanceof TspodError) return "has a damaged record";
    throw error;
  }
  const files = layerFiles(store, chainId);
  if (!existsSync(files)) return "has no files";
  return quick ? undefined : compareFiles(files, await filesOf(store, blob, signal), signal);
}

/**
 * Size and SHA-256 of each file that a layer's tar has in the end, in the tar's order: a later entry replaces
 * an earlier one.
 */
async function filesOf(store: Store, blob: Digest, signal: AbortSignal): Promise<Map<ByteString, string>> {
  const files = new Map<ByteString, string>();
  const directories = new Set<ByteString>();
  const reader = tarReader((entry) => {
    const path = cleanEntryPath(entry.name);
    if (!files.delete(path) && entry.type !== "directory" && directories.has(path)) forgetInside(files, path);
    for (const parent of parentsOf(path)) directories.add(parent);
    // Only whole contents are compared; where a sparse file's data belong is the unpacker's business.
    if (entry.type !== "file" || isWhiteout(path) || entry.segments !== undefined) return undefined;
    return hashBody(entry, (text) => files.set(path, text));
  });
  for await (const chunk of decompressed(streamBlob(store, blob))) {
    signal.throwIfAborted();
    reader.write(chunk);
  }
  reader.end();
  return files;
}

/**
 * Forgets the files in a directory that another file has replaced: looking through all files for each would
 * take minutes.
 */
function forgetInside(files: Map<ByteString, string>, directory: ByteString): void {
  for (const path of files.keys()) if (path.startsWith(`${directory}/`)) files.delete(path);
}

function* parentsOf(path: ByteString): Generator<ByteString> {
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1))
    yield path.slice(0, slash);
}

function isWhiteout(path: ByteString): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith(".wh.");
}

function hashBody(
  { size }: TarEntry,
  done: (text: string) => void,
): { write(chunk: Buffer): void; end(): void; abort(): void } {
  const hash = createHash("sha256");
  return {
    write: (chunk) => hash.update(chunk),
    end: () => done(summary(size, hash)),
    abort: () => undefined,
  };
}

function summary(size: number, hash: Hash): string {
  return `${size} ${hash.digest("hex")}`;
}

async function compareFiles(
  root: string,
  files: ReadonlyMap<ByteString, string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const rootFd = openSync(root, constants.O_DIRECTORY);
  // The same file may have been written by two ways, through a symlink: the last one counts.
  const seen = new Set<number>();
  try {
    for (const [path, expected] of [...files].reverse()) {
      const problem = compareFile({ rootFd, path, expected }, seen);
      if (problem !== undefined) return problem;
      await setImmediate(); // ctrl-C has its turn
      signal.throwIfAborted();
    }
  } finally {
    closeSync(rootFd);
  }
  return undefined;
}

/** By the layer's own symlinks, as it was unpacked. */
function compareFile(
  { rootFd, path, expected }: { rootFd: number; path: ByteString; expected: string },
  seen: Set<number>,
): string | undefined {
  using file = openFile(rootFd, path);
  if (file === undefined) return `has no file "${readable(path)}"`;
  const { ino, size } = file.status;
  if (seen.has(ino)) return undefined;
  seen.add(ino);
  return summary(size, hashFile(file.fd)) === expected
    ? undefined
    : `has other content in "${readable(path)}"`;
}

/** Undefined where no regular file is. */
function openFile(
  rootFd: number,
  path: ByteString,
): ({ fd: number; status: Stats } & Disposable) | undefined {
  using undo = new DisposableStack();
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const fd = undo.adopt(openDeep(rootFd, toPath(path), { flags, resolve: RESOLVE_IN_ROOT }), closeSync);
    const status = fstatSync(fd);
    if (!status.isFile()) return undefined;
    const kept = undo.move();
    return { fd, status, [Symbol.dispose]: () => kept.dispose() };
  } catch (error) {
    if (hasCode(error, "ENOENT", "ELOOP", "ENOTDIR", "ENXIO")) return undefined;
    throw error;
  }
}

function hashFile(fd: number): Hash {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk))
    hash.update(chunk.subarray(0, count));
  return hash;
}
