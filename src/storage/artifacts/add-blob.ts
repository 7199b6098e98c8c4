import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseDigest } from "../../oci/digest.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import { commitBlob } from "../blobs/blob-file.ts";
import { hasBlob } from "../blobs/blobs.ts";
import { randomHex } from "../random-hex.ts";
import type { Store } from "../store.ts";
import { makeTmpFile } from "../tmp-directory.ts";

const CHUNK = 1024 * 1024;

/** A file of the host that is a blob now, and its first bytes, by which its type is known. */
export interface AddedBlob extends Pick<Descriptor, "digest" | "size"> {
  /** As many as sniffing takes. */
  readonly start: Buffer;
}

/** Bytes that tell a file's type. @see https://mimesniff.spec.whatwg.org/#resource-header */
const START = 512;

/**
 * Copy a file of the host into a layout of artifacts, flushed. The caller has a lease of content.
 * @param path absolute
 * @param asked as the user typed it
 * @throws {TspodError} If it can't be read, or is no file.
 */
export async function addBlob(
  layout: Store,
  path: string,
  { asked, signal }: { readonly asked: string; readonly signal: AbortSignal },
): Promise<AddedBlob> {
  const { setImmediate } = await import("node:timers/promises");
  const source = openSource(path, asked);
  try {
    using beside = makeTmpFile(layout, "blob", randomHex(32));
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(CHUNK);
    let start = Buffer.alloc(0);
    let size = 0;
    for (let count = readSync(source, buffer); count > 0; count = readSync(source, buffer)) {
      const bytes = buffer.subarray(0, count);
      if (size === 0) start = Buffer.from(bytes.subarray(0, START));
      hash.update(bytes);
      for (let written = 0; written < count; ) written += writeSync(beside.fd, bytes, written);
      size += count;
      await setImmediate(); // a signal is heard meanwhile
      signal.throwIfAborted();
    }
    const digest = parseDigest(`sha256:${hash.digest("hex")}`);
    if (!hasBlob(layout, { digest, size })) commitBlob(layout, { ...beside, digest });
    return { digest, size, start };
  } finally {
    closeSync(source);
  }
}

/** Opened without waiting for the writer of a fifo, which is refused: its bytes have no name and no end. */
function openSource(path: string, asked: string): number {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`open ${asked}: ${systemErrorReason(error)}`);
  }
  const facts = fstatSync(fd);
  if (facts.isFile()) return fd;
  closeSync(fd);
  throw new TspodError(
    facts.isDirectory() ? `read ${asked}: is a directory` : `"${asked}" is no regular file`,
  );
}
