import { createHash } from "node:crypto";
import { TspodError } from "../../errors.ts";
import { sha256 } from "../../oci/digest.ts";
import { untilNul } from "../tar/byte-string.ts";
import { type PaxRecord, parsePax } from "../tar/pax.ts";
import { BLOCK, padded, readTarHeader } from "../tar/tar-header.ts";
import { GATHER_MAX } from "../tar/tar-stages.ts";
import { CHUNKED_SPLIT_PLACE, CHUNKED_TABLE, CHUNKED_TABLE_PLACE } from "./annotations.ts";
import { type ByteSource, byteSource } from "./byte-source.ts";
import { type ChunkedEntry, chunkedEntry, type EntryHeaders } from "./chunked-entry.ts";
import { crc64 } from "./crc64.ts";
import { type TarSplit, tarSplit } from "./tar-split.ts";
import { type CompressedText, compressedText, skippableHead, zstdFrame } from "./zstd-frames.ts";

/** A file's content is cut into frames of at most so many bytes. */
const CHUNK = 1024 * 1024;

/** The only kind of table there is. */
const TABLE_TYPE = 1;
const FOOTER = 64;
const FOOTER_MAGIC = "GNUlInUx";

/** A layer holds something that a table of contents has no words for. */
export class NotChunkableError extends Error {}

/** Where a file's content, or a part of it, is. */
interface Chunk {
  /** Of its frame, in the layer. */
  readonly offset: number;
  readonly chunkOffset: number;
  readonly chunkSize: number;
  readonly chunkDigest: string;
}

interface Layer {
  readonly source: ByteSource;
  readonly frame: (bytes: Uint8Array) => Promise<Buffer>;
  readonly write: (bytes: Buffer) => Promise<void>;
  readonly split: TarSplit;
  readonly splitText: CompressedText;
  readonly table: CompressedText;
  /** Names of the entries so far. */
  readonly names: Set<string>;
  /** Headers that are being read, with the padding of the content before them. */
  raw: Buffer[];
  /** Bytes of the tar that are in no frame yet: the next content begins one. */
  pending: Buffer[];
  /** Bytes that were written. */
  offset: number;
}

/**
 * Compress a layer as zstd:chunked: zstd frames, which any reader of zstd takes for one stream. Each file's
 * content begins a frame, and at the end, in frames that are passed over, are a table of contents, what
 * makes the tar again from the contents, and a footer.
 * @param tar its pieces stay what they are
 * @param write is not called again before it has ended
 * @returns the annotations by which the layer's descriptor names the table
 * @throws {NotChunkableError} If the tar has a sparse file, a name twice or in another encoding than UTF-8,
 * a type of another system, or a number in a header that can't be told.
 * @throws {TspodError} If the tar is damaged.
 * @see https://github.com/containers/storage/tree/main/pkg/chunked
 */
export async function writeChunkedLayer(
  tar: AsyncIterable<Uint8Array>,
  level: number | undefined,
  write: (bytes: Buffer) => Promise<void>,
): Promise<Readonly<Record<string, string>>> {
  const layer: Layer = {
    source: byteSource(tar),
    frame: (bytes) => zstdFrame(bytes, level),
    write,
    split: tarSplit(),
    splitText: compressedText(level),
    table: compressedText(level),
    names: new Set(),
    raw: [],
    pending: [],
    offset: 0,
  };
  let before = '{"version":1,"entries":[';
  for (let headers = await readHeaders(layer); headers !== undefined; headers = await readHeaders(layer)) {
    const entry = entryOf(headers);
    if (entry === undefined || layer.names.has(entry.name)) throw new NotChunkableError();
    layer.names.add(entry.name);
    for (const line of await writeContent(layer, entry)) {
      await layer.table.add(before + JSON.stringify(line));
      before = ",";
    }
    await layer.splitText.add(layer.split.taken());
  }
  if (layer.names.size === 0) await layer.table.add(before);
  await writeRest(layer);
  return writeTables(layer);
}

/** A number that the reader of layers passes over, such as a device's, may be none. */
function entryOf(headers: EntryHeaders): ChunkedEntry | undefined {
  try {
    return chunkedEntry(headers);
  } catch (error) {
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}

/** @returns undefined at the tar's end mark, or where the tar ends without one */
async function readHeaders(layer: Layer): Promise<EntryHeaders | undefined> {
  const pax: PaxRecord[] = [];
  const long: { name?: string; linkName?: string } = {};
  for (;;) {
    const block = await takeHeader(layer, BLOCK);
    const header = block.length === BLOCK ? readTarHeader(block) : undefined;
    if (header === undefined) return undefined;
    if (header.type !== "x" && header.type !== "L" && header.type !== "K") {
      endSegment(layer);
      return { header, block, pax, ...long };
    }
    if (header.size > GATHER_MAX) throw new TspodError("damaged tar: extended header too long");
    const body = (await takeHeader(layer, padded(header.size))).subarray(0, header.size);
    if (header.type === "x") pax.push(...parsePax(body));
    else long[header.type === "L" ? "name" : "linkName"] = untilNul(body, 0, body.length);
  }
}

async function takeHeader({ source, raw }: Layer, length: number): Promise<Buffer> {
  const bytes = await source.take(length);
  raw.push(bytes);
  return bytes;
}

/** tar-split has all headers of an entry, and the padding before them, in one piece. */
function endSegment(layer: Layer): void {
  const bytes = Buffer.concat(layer.raw);
  layer.raw = [];
  if (bytes.length === 0) return;
  layer.split.segment(bytes);
  layer.pending.push(bytes);
}

/** @returns what the table says of the entry: a line, and one more for each further chunk */
async function writeContent(layer: Layer, entry: ChunkedEntry): Promise<readonly object[]> {
  const { source, split } = layer;
  const { name, size = 0 } = entry;
  if (size === 0) {
    split.file(name, undefined);
    return [entry];
  }
  await writePending(layer);
  const [checksum, digest] = [crc64(), createHash("sha256")];
  const chunks: Chunk[] = [];
  for (let chunkOffset = 0; chunkOffset < size; chunkOffset += CHUNK) {
    const chunkSize = Math.min(CHUNK, size - chunkOffset);
    const bytes = await source.take(chunkSize);
    if (bytes.length < chunkSize) throw new TspodError("damaged tar: it breaks off in the middle");
    checksum.update(bytes);
    digest.update(bytes);
    chunks.push({ offset: layer.offset, chunkOffset, chunkSize, chunkDigest: sha256(bytes) });
    await writeFrame(layer, bytes);
  }
  split.file(name, { size, checksum: checksum.digest() });
  layer.raw.push(await source.take(padded(size) - size));
  const [first, ...others] = chunks;
  const whole = { ...entry, digest: `sha256:${digest.digest("hex")}`, endOffset: layer.offset };
  if (others.length === 0) return [{ ...whole, offset: first?.offset }];
  return [{ ...whole, ...first }, ...others.map((chunk) => ({ type: "chunk", name, ...chunk }))];
}

/** What comes after the last entry: the end mark, and whatever follows. */
async function writeRest(layer: Layer): Promise<void> {
  const { source, split, splitText } = layer;
  endSegment(layer);
  await writePending(layer);
  for (let piece = await source.takeAny(); piece.length > 0; piece = await source.takeAny()) {
    split.segment(piece);
    await writeFrame(layer, piece);
    await splitText.add(split.taken());
  }
  await splitText.add(split.taken());
}

async function writeTables(layer: Layer): Promise<Readonly<Record<string, string>>> {
  const split = await layer.splitText.end();
  await layer.table.add(`],"tarSplitDigest":"${split.digest}"}`);
  const table = await layer.table.end();
  const tableAt = await writeSkippable(layer, table.bytes);
  const splitAt = await writeSkippable(layer, split.bytes);
  const tablePlace = [tableAt, table.bytes.length, table.uncompressed, TABLE_TYPE];
  const splitPlace = [splitAt, split.bytes.length, split.uncompressed];
  const footer = Buffer.alloc(FOOTER);
  for (const [at, number] of [...tablePlace, ...splitPlace].entries())
    footer.writeBigUInt64LE(BigInt(number), 8 * at);
  footer.write(FOOTER_MAGIC, FOOTER - FOOTER_MAGIC.length, "latin1");
  await writeSkippable(layer, footer);
  return {
    [CHUNKED_TABLE]: table.digest,
    [CHUNKED_TABLE_PLACE]: tablePlace.join(":"),
    [CHUNKED_SPLIT_PLACE]: splitPlace.join(":"),
  };
}

/** @returns where the bytes begin in the layer */
async function writeSkippable(layer: Layer, bytes: Buffer): Promise<number> {
  await writeOut(layer, skippableHead(bytes.length));
  const at = layer.offset;
  await writeOut(layer, bytes);
  return at;
}

async function writePending(layer: Layer): Promise<void> {
  const bytes = Buffer.concat(layer.pending);
  layer.pending = [];
  if (bytes.length > 0) await writeFrame(layer, bytes);
}

async function writeFrame(layer: Layer, bytes: Uint8Array): Promise<void> {
  await writeOut(layer, await layer.frame(bytes));
}

async function writeOut(layer: Layer, bytes: Buffer): Promise<void> {
  await layer.write(bytes);
  layer.offset += bytes.length;
}
