import {
  createReadStream,
  existsSync,
  fchmodSync,
  fsyncSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { DamagedError, NotFoundError, TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex, sha256 } from "../../oci/digest.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { asWriteOf, hasCode } from "../../os/system-error.ts";
import type { Store } from "../store.ts";
import { makeTmpFile } from "../tmp-directory.ts";

const READ_CHUNK = 256 * 1024;

/** Absolute path of a blob, there or not. */
export function blobPath(store: Store, digest: Digest): string {
  return `${store.images}/blobs/sha256/${digestHex(digest)}`;
}

/** Whether the whole blob is here, with the size the descriptor says. */
export function hasBlob(store: Store, { digest, size }: Pick<Descriptor, "digest" | "size">): boolean {
  return statSync(blobPath(store, digest), { throwIfNoEntry: false })?.size === size;
}

/**
 * The blob as text: of a manifest, an index, a config.
 * @throws {NotFoundError} If it is not here.
 * @throws {DamagedError} If it is no file that can be read as one.
 */
export function readBlobText(store: Store, digest: Digest): string {
  try {
    return readSmallText(blobPath(store, digest));
  } catch (cause) {
    if (hasCode(cause, "ENOENT"))
      throw new NotFoundError(`blob "${digest}" is not in the store: pull its image again`);
    if (!(cause instanceof TspodError)) throw cause;
    throw new DamagedError(`blob "${digest}" is damaged (use \`tspod system check --repair\`)`, { cause });
  }
}

/** The bytes of a blob. Opened when they are first asked for, so it may be made for nothing. */
export async function* streamBlob(store: Store, digest: Digest): AsyncGenerator<Uint8Array> {
  yield* createReadStream(blobPath(store, digest), { highWaterMark: READ_CHUNK });
}

/** Write a whole small blob (manifest, config). Already there is success. */
export function writeBlob(store: Store, content: Uint8Array | string): Digest {
  const digest = sha256(content);
  if (existsSync(blobPath(store, digest))) return digest;
  try {
    using beside = makeTmpFile(store, "blob", digestHex(digest));
    writeFileSync(beside.fd, content);
    commitBlob(store, { ...beside, digest });
  } catch (error) {
    throw asWriteOf(error, blobPath(store, digest));
  }
  return digest;
}

/** A verified file that is to be a blob. */
interface BlobFile {
  readonly fd: number;
  readonly path: string;
  readonly digest: Digest;
}

/**
 * Make a verified file visible as a blob: flushed, read-only, renamed. The directory's flush goes with that
 * of index.json.
 */
export function commitBlob(store: Store, file: BlobFile): void {
  fsyncSync(file.fd);
  showBlob(store, file);
}

/** Makes a file visible as a blob when it has been flushed already. */
export function showBlob(store: Store, { fd, path, digest }: BlobFile): void {
  fchmodSync(fd, 0o444);
  renameSync(path, blobPath(store, digest));
}

/** A blob that is being fetched. Whoever opens it ends it by commit(), close() or discard(). */
export interface PartialBlob {
  /** Bytes that are here already, from an earlier try or by write(). The next write() appends after them. */
  readonly offset: number;
  /** The bytes that are here now, from the start, to be unpacked: nothing has verified them yet. */
  received(): AsyncIterable<Uint8Array>;
  /**
   * Appends bytes, which the caller may not change any more: they are written while the next ones come.
   * @throws {TspodError} If this is more than the descriptor's size.
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Start anew at 0: for a server that can't resume. */
  restart(): Promise<void>;
  /**
   * Verify size, then digest. Where that fails, what was received is deleted.
   * @throws {TspodError} If size or digest is not that of the descriptor.
   */
  verify(): Promise<void>;
  /**
   * Verify it, unless that is done; flush; make it visible. Ends the partial blob.
   * @param flushed brings it to the disk, together with more; default: this file alone
   * @throws {TspodError} As verify().
   */
  commit(flushed?: () => Promise<void>): Promise<void>;
  /** Let go, and keep the bytes for the next try. No-op after commit(). */
  close(): Promise<void>;
  /** Let go, and delete the bytes. No-op after commit(). */
  discard(): Promise<void>;
}
