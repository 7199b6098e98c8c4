import type { Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { TspodError } from "../../errors.ts";

/** Twice as fast as the default of 16 KiB. */
const CHUNK = 256 * 1024;

export type Compression = "gzip" | "zstd" | "xz" | "bzip2" | "none";

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["bzip2", [0x42, 0x5a, 0x68]],
];

/** A zstd stream may begin with a skippable frame: 0x184D2A50 to 0x184D2A5F, little endian. */
function isSkippableFrame(start: Buffer): boolean {
  return start.length >= 4 && start.readUInt32LE(0) >>> 4 === 0x184d2a5;
}

/** Told by the first bytes: media types lie. @param start at least 6 bytes where there are as many */
export function sniffCompression(start: Buffer): Compression {
  if (isSkippableFrame(start)) return "zstd";
  return MAGIC.find(([, magic]) => magic.every((byte, i) => start[i] === byte))?.[0] ?? "none";
}

/** The first bytes of a stream, and the stream as it was. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ start: Buffer; whole: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < 6) {
    const next = await iterator.next();
    if (next.done === true) break;
    head.push(next.value);
    length += next.value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { start: Buffer.concat(head), whole: whole() };
}

/** How a stream is compressed, and the stream as it was. */
export async function peekCompression(
  source: AsyncIterable<Uint8Array>,
): Promise<{ compression: Compression; whole: AsyncIterable<Uint8Array> }> {
  const { start, whole } = await peek(source);
  return { compression: sniffCompression(start), whole };
}

/**
 * Decompress a stream that may be gzip, zstd, xz, bzip2 or nothing of that. Each chunk is good until the next
 * one is asked for.
 * @throws {TspodError} (while it is read) If the compressed data is damaged.
 */
export async function* decompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const { compression, whole } = await peekCompression(source);
  if (compression === "none") {
    for await (const chunk of whole) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    return;
  }
  if (compression === "xz" || compression === "bzip2") {
    const { decompressedByCommand } = await import("./decompress-by-command.ts");
    yield* decompressedByCommand(compression, whole);
    return;
  }
  const decoder =
    compression === "gzip" ? createGunzip({ chunkSize: CHUNK }) : createZstdDecompress({ chunkSize: CHUNK });
  yield* through(whole, decoder);
}

/** An error of the source is passed on as it is; one of the decoder says that the data is damaged. */
async function* through(source: AsyncIterable<Uint8Array>, decoder: Transform): AsyncGenerator<Buffer> {
  let sourceError: Error | undefined;
  const fed = feed(source, decoder).catch((error: Error) => {
    sourceError = error;
    decoder.destroy(error);
  });
  try {
    yield* onceUsedFreed(decoder);
    await fed;
    if (sourceError !== undefined) throw sourceError;
  } catch (error) {
    throw sourceError ?? new TspodError("damaged compressed data", { cause: error });
  } finally {
    decoder.destroy();
  }
}

/**
 * The same chunks, each of which is valid until the next one is asked for. The decoder fills a buffer of
 * CHUNK bytes in pieces, then takes a new one. The old one's memory is given back at once: the collector
 * would let a hundred of them gather.
 */
async function* onceUsedFreed(chunks: AsyncIterable<Buffer<ArrayBuffer>>): AsyncGenerator<Buffer> {
  let filled: ArrayBuffer | undefined;
  for await (const chunk of chunks) {
    if (filled !== undefined && filled !== chunk.buffer && filled.byteLength === CHUNK) filled.transfer(0);
    filled = chunk.buffer;
    yield chunk;
  }
}

/**
 * Feeds one chunk after the other, so that each may be used again when the next is asked for. What stands
 * behind the compressed data is not used, but a caller that verifies the source must see it.
 */
async function feed(source: AsyncIterable<Uint8Array>, decoder: Transform): Promise<void> {
  for await (const chunk of source) {
    if (decoder.destroyed && !decoder.readableEnded) return;
    if (!decoder.readableEnded) await written(decoder, chunk);
  }
  decoder.end();
}

/** An error is the reader's to see. */
function written(decoder: Transform, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => decoder.write(chunk, () => resolve()));
}
