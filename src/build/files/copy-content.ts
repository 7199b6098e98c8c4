import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { AT_EMPTY_PATH, type FileStatus, fstatat, makeFile } from "../../os/at.ts";
import type { Attributes } from "../../storage/tree/attributes.ts";
import { createFile } from "../../storage/tree/file-sink.ts";
import type { WriteOut } from "../../storage/tree/write-out.ts";
import type { CopiedFiles } from "./copied-files.ts";
import type { Destination, TargetDirectory } from "./destination.ts";
import { type EarlierCopy, pathInLayer, type WantedFile } from "./earlier-copy.ts";
import type { FileDigests } from "./file-digests.ts";
import type { Visit } from "./walk-source.ts";

/** Bytes: a file up to this is read whole and made in one call. */
const SMALL = 1024 * 1024;
const CHUNK = 256 * 1024;
/** Bytes of a ContentCopying's buffer. */
export const BUFFER_SIZE = SMALL + 1;

/** What the contents of files are copied with. */
export interface ContentCopying {
  readonly to: Destination;
  /** Of BUFFER_SIZE, for one file after the other: it has been written when the next one is read. */
  readonly buffer: Buffer;
  readonly writeOut: WriteOut;
  /** Told of contents that are read anyway, where they are asked for later. */
  readonly digests?: FileDigests | undefined;
  /** What is the same in it is not written again. */
  readonly earlier?: EarlierCopy | undefined;
  /** Told of what is in the new layer. */
  readonly copied?: CopiedFiles | undefined;
}

/** Where one file is made, and what it is to be like. */
export interface Making {
  readonly parent: TargetDirectory;
  readonly target: Buffer;
  readonly attributes: Attributes;
}

/** From the layer that was made before, without reading it, where it is known to be the same. */
export function copyContent(copying: ContentCopying, visit: Visit, making: Making): void {
  const { held } = visit;
  const { digests, earlier, copied } = copying;
  const { parent, target, attributes } = making;
  const { status } = held;
  const digest = digests?.known(status);
  const to = { dirFd: parent.fd, name: target };
  const wanted = { directory: parent.path, to, attributes, size: status.size, digest };
  const isLinked = digest !== undefined && earlier?.link(wanted) === true;
  if (!isLinked) readContent(copying, visit, making);
  // One file of several names is copied anew each time, so that each has its own.
  if (copied === undefined || status.links !== 1 || attributes.xattrs.length > 0) return;
  const noted = digest ?? digests?.known(held.status);
  // A digest from before is of what was read now only if the file has not changed meanwhile.
  if (noted === undefined || (!isLinked && digest !== undefined && hasChanged(held.fd, status))) return;
  copied.note(pathInLayer(parent.path, target), noted);
}

function hasChanged(fd: number, status: FileStatus): boolean {
  const { changed, size } = fstatat(fd, "", AT_EMPTY_PATH);
  const { seconds, nanoseconds } = status.changed;
  return size !== status.size || changed.seconds !== seconds || changed.nanoseconds !== nanoseconds;
}

/** Small files, which most are, in one call each. */
function readContent(copying: ContentCopying, { held }: Visit, { parent, target, attributes }: Making): void {
  const { digests, writeOut, buffer } = copying;
  const { creator } = copying.to;
  const fd = openSync(`/proc/self/fd/${held.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  const { status } = held; // once it is open: it may have changed since it was seen
  try {
    const { uid, gid, mode, mtime, xattrs } = attributes;
    const isPlain = uid === creator.uid && gid === creator.gid && xattrs.length === 0;
    const content = status.size <= SMALL ? readWhole(fd, status, buffer) : undefined;
    if (content !== undefined) digests?.note(status, content, xattrs.length === 0);
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
    if (content === undefined)
      pump(fd, sink, digests && ((digest) => digests.noteDigest(status, digest, xattrs.length === 0)));
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
