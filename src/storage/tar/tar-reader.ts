import { TspodError } from "../../errors.ts";
import { type ByteString, untilNul } from "./byte-string.ts";
import { type PaxRecord, parsePax, parsePaxTime } from "./pax.ts";
import { bodySegments, checkSegments, paxSegments, readOldGnuSegments, type Segment } from "./sparse.ts";
import type { BodySink, EntryType, TarEntry, Timestamp } from "./tar-entry.ts";
import { BLOCK, checkId, readTarHeader, type TarHeader, tarNumber } from "./tar-header.ts";

/**
 * Long names, PAX headers, sparse maps: what is gathered in memory. Linux allows 64 KiB for all xattrs of a
 * file.
 */
const GATHER_MAX = 16 * 1024 * 1024;

/**
 * Takes a tar in pieces of any size and hands out its entries, all within the call that brings their last
 * byte.
 */
export interface TarReader {
  /** @throws {TspodError} If the tar is damaged; and whatever `onEntry` and its sinks throw. */
  write(chunk: Buffer): void;
  /** @throws {TspodError} If the tar broke off. */
  end(): void;
  /** Let go of the sink that is open, if any. */
  abort(): void;
  /**
   * Bytes that come next and that nobody wants: a reader of a file may seek over them, and say so by skip().
   */
  skippable(): number;
  /** @param length at most skippable() */
  skip(length: number): void;
  /** Whether the tar's end mark has been read. */
  hasEnded(): boolean;
}

/**
 * What is being waited for: called with exactly `wanted` bytes (gathered), or with pieces as they come
 * (streamed).
 */
interface Stage {
  remaining: number;
  readonly gather: Buffer[] | undefined;
  readonly sink: BodySink | undefined;
  readonly done: (bytes: Buffer) => void;
}

/** What stands before an entry and applies to it. */
interface Prelude {
  name?: ByteString;
  linkName?: ByteString;
  pax: PaxRecord[];
}

const TYPES: Readonly<Record<string, EntryType>> = {
  "0": "file",
  "7": "file",
  S: "file",
  "1": "link",
  "2": "symlink",
  "3": "device",
  "4": "device",
  "5": "directory",
  D: "directory",
  "6": "fifo",
};

/**
 * Read a tar: ustar, old GNU (long names, sparse files, base-256 numbers) and PAX (with GNU's sparse formats
 * 0.0, 0.1, 1.0).
 * @param onEntry called for each entry with the headers put together; gives the sink for its body where it
 * wants that. Where all of the body is in memory already it is given at once: who takes that needs no sink.
 */
export function tarReader(
  onEntry: (entry: TarEntry, content: Buffer | undefined) => BodySink | undefined,
): TarReader {
  let prelude: Prelude = { pax: [] };
  let ended = false;
  /** The chunk that is being read, and where in it what was taken last ends. */
  let chunk: Buffer = NO_BYTES;
  let at = 0;
  let stage = atHeader();

  function atHeader(): Stage {
    return gather(BLOCK, (block) => {
      const header = readTarHeader(block);
      if (header === undefined) {
        ended = true; // what follows is padding
        return atHeader();
      }
      return afterHeader(header, block);
    });
  }

  function gather(wanted: number, then: (bytes: Buffer) => Stage): Stage {
    return {
      remaining: wanted,
      gather: [],
      sink: undefined,
      done: (bytes) => {
        stage = then(bytes);
      },
    };
  }

  function skip(length: number): Stage {
    if (length === 0) return atHeader();
    return {
      remaining: length,
      gather: undefined,
      sink: undefined,
      done: () => {
        stage = atHeader();
      },
    };
  }

  function afterHeader(header: TarHeader, block: Buffer): Stage {
    switch (header.type) {
      case "x":
        return extension(header, (body) => {
          prelude.pax.push(...parsePax(Buffer.from(body))); // outlives the chunk
        });
      case "L":
        return extension(header, (body) => {
          prelude.name = untilNul(body, 0, body.length);
        });
      case "K":
        return extension(header, (body) => {
          prelude.linkName = untilNul(body, 0, body.length);
        });
      case "S":
        return oldGnuSparse(header, block);
      default:
        return withMap(header, undefined);
    }
  }

  function extension(header: TarHeader, use: (body: Buffer) => void): Stage {
    if (header.size > GATHER_MAX) throw new TspodError("damaged tar: extended header too long");
    const apply = (body: Buffer): Stage => {
      use(body.subarray(0, header.size));
      return atHeader();
    };
    return header.size === 0 ? apply(Buffer.alloc(0)) : gather(padded(header.size), apply);
  }

  function oldGnuSparse(header: TarHeader, block: Buffer): Stage {
    const segments = readOldGnuSegments(block, 386, 4);
    const fileSize = tarNumber(block, 483);
    const next = (more: boolean): Stage => {
      if (!more) return withMap(header, { segments, fileSize });
      return gather(BLOCK, (extra) => {
        segments.push(...readOldGnuSegments(extra, 0, 21));
        if (segments.length * 24 > GATHER_MAX) throw new TspodError("damaged tar: sparse map too long");
        return next(extra[504] !== 0);
      });
    };
    return next(block[482] !== 0);
  }

  function withMap(
    header: TarHeader,
    map: { segments: readonly Segment[]; fileSize: number } | undefined,
  ): Stage {
    const { pax } = prelude;
    const stored = paxNumber(pax, "size") ?? header.size;
    const type = typeOf(header, prelude);
    if (map !== undefined || type !== "file") return body(header, type, stored, map, 0);
    const fileSize = paxNumber(pax, "GNU.sparse.realsize") ?? paxNumber(pax, "GNU.sparse.size");
    if (fileSize === undefined) return body(header, type, stored, undefined, 0);
    const segments = paxSegments(pax);
    if (segments !== undefined) return body(header, type, stored, { segments, fileSize }, 0);
    return paxText(pax, "GNU.sparse.major") === "1"
      ? mapInBody(header, stored, fileSize, Buffer.alloc(0))
      : body(header, type, stored, undefined, 0);
  }

  function mapInBody(header: TarHeader, stored: number, fileSize: number, sofar: Buffer): Stage {
    if (sofar.length + BLOCK > Math.min(padded(stored), GATHER_MAX))
      throw new TspodError("damaged tar: sparse map cut short");
    return gather(BLOCK, (block) => {
      const blocks = Buffer.concat([sofar, block]);
      const map = bodySegments(blocks);
      if (map === undefined) return mapInBody(header, stored, fileSize, blocks);
      return body(header, "file", stored, { segments: map.segments, fileSize }, map.length);
    });
  }

  /** @param mapLength bytes of the body that were its map, and are read already */
  function body(
    header: TarHeader,
    type: EntryType | undefined,
    stored: number,
    map: { segments: readonly Segment[]; fileSize: number } | undefined,
    mapLength: number,
  ): Stage {
    const content = type === "file" || type === undefined || header.type === "D" ? stored - mapLength : 0;
    if (map !== undefined) checkSegments(map.segments, map.fileSize, content);
    const own = prelude;
    prelude = { pax: [] };
    const rest = padded(stored) - mapLength - content;
    if (type === undefined) return skip(padded(content));
    const sink = onEntry(
      putTogether(header, {
        type,
        own,
        size: type === "file" ? (map?.fileSize ?? stored) : 0,
        segments: map?.segments,
      }),
      type === "file" && content <= chunk.length - at ? chunk.subarray(at, at + content) : undefined,
    );
    if (type !== "file" || sink === undefined) return skip(padded(content));
    if (content === 0) {
      sink.end();
      return skip(padded(stored) - mapLength);
    }
    const done = (): void => {
      stage = skip(rest); // first: who fails to end has nothing left to abort
      sink.end();
    };
    return { remaining: content, gather: undefined, sink, done };
  }

  function write(bytes: Buffer): void {
    chunk = bytes;
    at = 0;
    while (at < chunk.length && !ended) {
      const length = Math.min(stage.remaining, chunk.length - at);
      const isWanted = stage.gather !== undefined || stage.sink !== undefined;
      const piece = isWanted ? chunk.subarray(at, at + length) : NO_BYTES;
      at += length;
      stage.remaining -= length;
      stage.sink?.write(piece);
      if (stage.remaining > 0) {
        stage.gather?.push(Buffer.from(piece)); // the chunk may be reused by whoever gave it
        continue;
      }
      const { gather: parts, done } = stage;
      done(parts === undefined || parts.length === 0 ? piece : Buffer.concat([...parts, piece]));
    }
    chunk = NO_BYTES;
    at = 0;
  }

  function end(): void {
    const atStart = stage.gather?.length === 0 && stage.remaining === BLOCK && prelude.pax.length === 0;
    if (ended || atStart) return;
    abort();
    throw new TspodError("damaged tar: it breaks off in the middle");
  }

  function abort(): void {
    const { sink } = stage;
    stage = atHeader(); // once only: the descriptor's number may be another file's by the next time
    sink?.abort();
  }

  function skippable(): number {
    return stage.gather === undefined && stage.sink === undefined ? stage.remaining : 0;
  }

  function skipOver(length: number): void {
    stage.remaining -= length;
    if (length > 0 && stage.remaining === 0) stage.done(NO_BYTES);
  }

  return { write, end, abort, skippable, skip: skipOver, hasEnded: () => ended };
}

const NO_BYTES = Buffer.alloc(0);

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/**
 * Undefined for types that say nothing about files (volume labels, global headers): their bodies are skipped.
 */
function typeOf(header: TarHeader, prelude: Prelude): EntryType | undefined {
  const type = TYPES[header.type];
  // Before POSIX a directory was a file whose name ends in a slash. The whole name: the header's own may be
  // cut at one.
  return type === "file" && nameOf(header, prelude).endsWith("/") ? "directory" : type;
}

function nameOf(header: TarHeader, { name, pax }: Prelude): ByteString {
  return paxText(pax, "GNU.sparse.name") ?? paxText(pax, "path") ?? name ?? header.name;
}

function putTogether(
  header: TarHeader,
  found: { type: EntryType; own: Prelude; size: number; segments: readonly Segment[] | undefined },
): TarEntry {
  const { type, own, size, segments } = found;
  const { pax } = own;
  return {
    type,
    name: nameOf(header, own),
    linkName: paxText(pax, "linkpath") ?? own.linkName ?? header.linkName,
    mode: header.mode,
    uid: paxId(pax, "uid") ?? header.uid,
    gid: paxId(pax, "gid") ?? header.gid,
    mtime: paxMtime(pax) ?? { seconds: header.mtime, nanoseconds: 0 },
    xattrs: pax.length === 0 ? NONE : paxXattrs(pax),
    size,
    ...(segments === undefined ? {} : { segments }),
  };
}

const NONE: TarEntry["xattrs"] = [];
const XATTR = "SCHILY.xattr.";

function paxXattrs(pax: readonly PaxRecord[]): TarEntry["xattrs"] {
  const found = new Map<string, Buffer>();
  for (const { key, value } of pax)
    if (key.startsWith(XATTR)) found.set(key.slice(XATTR.length), Buffer.from(value));
  return [...found].map(([name, value]) => ({ name, value }));
}

/** The last record of a key counts. An empty value means: as if there were none. */
function paxText(pax: readonly PaxRecord[], key: string): ByteString | undefined {
  if (pax.length === 0) return undefined;
  const value = pax.findLast((record) => record.key === key)?.value.toString("latin1");
  return value === "" ? undefined : value;
}

function paxNumber(pax: readonly PaxRecord[], key: string): number | undefined {
  const text = paxText(pax, key);
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,15}$/.test(text)) throw new TspodError(`damaged tar: bad ${key} in a PAX header`);
  return Number(text);
}

function paxId(pax: readonly PaxRecord[], key: "uid" | "gid"): number | undefined {
  const number = paxNumber(pax, key);
  return number === undefined ? undefined : checkId(number);
}

function paxMtime(pax: readonly PaxRecord[]): Timestamp | undefined {
  const text = paxText(pax, "mtime");
  return text === undefined ? undefined : parsePaxTime(text);
}
