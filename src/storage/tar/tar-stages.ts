import { TspodError } from "../../errors.ts";
import { untilNul } from "./byte-string.ts";
import { parsePax } from "./pax.ts";
import { paxNumber, paxText } from "./pax-values.ts";
import { type Prelude, putTogether, typeOf } from "./put-together.ts";
import { bodySegments, checkSegments, paxSegments, readOldGnuSegments, type Segment } from "./sparse.ts";
import type { BodySink, EntryType, TarEntry } from "./tar-entry.ts";
import { BLOCK, padded, readTarHeader, type TarHeader, tarNumber } from "./tar-header.ts";

/**
 * Bytes of long names, PAX headers, sparse maps: what is gathered in memory. Linux allows 64 KiB for all
 * xattrs of a file.
 */
export const GATHER_MAX = 16 * 1024 * 1024;

export const NO_BYTES: Buffer = Buffer.alloc(0);

/** Where the parts of a sparse file belong, and how long it is with its holes. */
interface SparseMap {
  readonly segments: readonly Segment[];
  readonly fileSize: number;
}

/** An entry whose headers are read. */
interface Body {
  readonly header: TarHeader;
  readonly type: EntryType | undefined;
  /** Bytes that follow the header, without padding. */
  readonly stored: number;
  readonly map?: SparseMap;
  /** Bytes of the body that were its map, and are read already. */
  readonly mapLength?: number;
}

/**
 * The stage of reading: called with exactly `wanted` bytes (gathered), or with pieces as they come
 * (streamed).
 */
export interface Stage {
  remaining: number;
  readonly gather: Buffer[] | undefined;
  readonly sink: BodySink | undefined;
  readonly done: (bytes: Buffer) => void;
  /** What fills the last block of a body: some writers (umoci 0.4.7) end a tar without it. */
  readonly isPadding?: boolean;
}

/** Where a reader is. */
export interface Reading {
  readonly onEntry: (entry: TarEntry, content: Buffer | undefined) => BodySink | undefined;
  /** The headers of the next entry. */
  prelude: Prelude;
  /** Whether the end mark has been read. */
  ended: boolean;
  /** The chunk that is being read, and where in it what was taken last ends. */
  chunk: Buffer;
  at: number;
  stage: Stage;
}

/** A reader that waits for the first header. */
export function startReading(onEntry: Reading["onEntry"]): Reading {
  const reading: Reading = {
    onEntry,
    prelude: { pax: [] },
    ended: false,
    chunk: NO_BYTES,
    at: 0,
    stage: { remaining: 0, gather: undefined, sink: undefined, done: () => undefined },
  };
  reading.stage = atHeader(reading);
  return reading;
}

/** @throws {TspodError} Once it has its block, if that is no header. */
export function atHeader(reading: Reading): Stage {
  return gather(reading, BLOCK, (block) => {
    const header = readTarHeader(block);
    if (header === undefined) {
      reading.ended = true; // what follows is padding
      return atHeader(reading);
    }
    return afterHeader(reading, header, block);
  });
}

function gather(reading: Reading, wanted: number, then: (bytes: Buffer) => Stage): Stage {
  return {
    remaining: wanted,
    gather: [],
    sink: undefined,
    done: (bytes) => {
      reading.stage = then(bytes);
    },
  };
}

function skip(reading: Reading, length: number): Stage {
  if (length === 0) return atHeader(reading);
  return {
    remaining: length,
    gather: undefined,
    sink: undefined,
    done: () => {
      reading.stage = atHeader(reading);
    },
  };
}

function padding(reading: Reading, length: number): Stage {
  return length === 0 ? atHeader(reading) : { ...skip(reading, length), isPadding: true };
}

/** A body that nobody wants, or has already, then its padding. */
function skipBody(reading: Reading, length: number): Stage {
  const rest = padded(length) - length;
  if (length === 0) return atHeader(reading);
  return {
    remaining: length,
    gather: undefined,
    sink: undefined,
    done: () => {
      reading.stage = padding(reading, rest);
    },
  };
}

function afterHeader(reading: Reading, header: TarHeader, block: Buffer): Stage {
  switch (header.type) {
    case "x":
      return extension(reading, header, (body) => {
        reading.prelude.pax.push(...parsePax(Buffer.from(body))); // outlives the chunk
      });
    case "L":
      return extension(reading, header, (body) => {
        reading.prelude.name = untilNul(body, 0, body.length);
      });
    case "K":
      return extension(reading, header, (body) => {
        reading.prelude.linkName = untilNul(body, 0, body.length);
      });
    case "S":
      return oldGnuSparse(reading, header, block);
    default:
      return withMap(reading, header, undefined);
  }
}

function extension(reading: Reading, header: TarHeader, use: (body: Buffer) => void): Stage {
  if (header.size > GATHER_MAX) throw new TspodError("damaged tar: extended header too long");
  const apply = (body: Buffer): Stage => {
    use(body.subarray(0, header.size));
    return atHeader(reading);
  };
  return header.size === 0 ? apply(Buffer.alloc(0)) : gather(reading, padded(header.size), apply);
}

function oldGnuSparse(reading: Reading, header: TarHeader, block: Buffer): Stage {
  const segments = readOldGnuSegments(block, 386, 4);
  const fileSize = tarNumber(block, 483);
  const next = (more: boolean): Stage => {
    if (!more) return withMap(reading, header, { segments, fileSize });
    return gather(reading, BLOCK, (extra) => {
      segments.push(...readOldGnuSegments(extra, 0, 21));
      if (segments.length * 24 > GATHER_MAX) throw new TspodError("damaged tar: sparse map too long");
      return next(extra[504] !== 0);
    });
  };
  return next(block[482] !== 0);
}

function withMap(reading: Reading, header: TarHeader, map: SparseMap | undefined): Stage {
  const { pax } = reading.prelude;
  const stored = paxNumber(pax, "size") ?? header.size;
  const type = typeOf(header, reading.prelude);
  const known = { header, type, stored };
  if (map !== undefined) return atBody(reading, { ...known, map });
  if (type !== "file") return atBody(reading, known);
  const fileSize = paxNumber(pax, "GNU.sparse.realsize") ?? paxNumber(pax, "GNU.sparse.size");
  if (fileSize === undefined) return atBody(reading, known);
  const segments = paxSegments(pax);
  if (segments !== undefined) return atBody(reading, { ...known, map: { segments, fileSize } });
  return paxText(pax, "GNU.sparse.major") === "1"
    ? mapInBody(reading, known, { fileSize, blocks: NO_BYTES })
    : atBody(reading, known);
}

/** @param sofar.blocks what has been read of the map, with which the body begins */
function mapInBody(
  reading: Reading,
  known: Pick<Body, "header" | "type" | "stored">,
  sofar: { readonly fileSize: number; readonly blocks: Buffer },
): Stage {
  if (sofar.blocks.length + BLOCK > Math.min(padded(known.stored), GATHER_MAX))
    throw new TspodError("damaged tar: sparse map cut short");
  return gather(reading, BLOCK, (block) => {
    const { fileSize } = sofar;
    const blocks = Buffer.concat([sofar.blocks, block]);
    const map = bodySegments(blocks);
    if (map === undefined) return mapInBody(reading, known, { fileSize, blocks });
    return atBody(reading, { ...known, map: { segments: map.segments, fileSize }, mapLength: map.length });
  });
}

function atBody(reading: Reading, { header, type, stored, map, mapLength = 0 }: Body): Stage {
  const content = type === "file" || type === undefined || header.type === "D" ? stored - mapLength : 0;
  if (map !== undefined) checkSegments(map.segments, map.fileSize, content);
  const { prelude: own, chunk, at } = reading;
  reading.prelude = { pax: [] };
  if (type === undefined) return skipBody(reading, content);
  const size = type === "file" ? (map?.fileSize ?? stored) : 0;
  const sink = reading.onEntry(
    putTogether(header, { type, own, size, segments: map?.segments }),
    type === "file" && content <= chunk.length - at ? chunk.subarray(at, at + content) : undefined,
  );
  if (type !== "file" || sink === undefined) return skipBody(reading, content);
  if (content === 0) {
    sink.end();
    return skip(reading, padded(stored) - mapLength);
  }
  const done = (): void => {
    // The stage changes first: a sink that fails to end has nothing left to abort.
    reading.stage = padding(reading, padded(stored) - mapLength - content);
    sink.end();
  };
  return { remaining: content, gather: undefined, sink, done };
}
