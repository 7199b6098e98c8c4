import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { NEWLINE } from "../../os/newline.ts";
import { hasCode } from "../../os/system-error.ts";
import { type LogRecord, parseLogRecord } from "./log-record.ts";

/** A log file that is being read. */
export interface OpenLog {
  readonly fd: number;
  readonly inode: number;
  offset: number;
  /** The begin of a line whose end has not been read. */
  rest: Buffer;
}

/** Small: a record is an object of 200 bytes, and for a line of 10 bytes there is one. */
const CHUNK_BYTES = 1 << 16;
/** A symlink or a fifo there, which a container may have made where its log was asked for, is no log. */
export function openLogIfThere(path: string): OpenLog | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const status = fstatSync(fd);
    if (status.isFile()) return { fd, inode: status.ino, offset: 0, rest: Buffer.alloc(0) };
    closeSync(fd);
    return undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ELOOP")) return undefined;
    throw error;
  }
}

/** Reads the records that have come since the last read. */
export function* readOn(file: OpenLog): Generator<LogRecord[]> {
  if (fstatSync(file.fd).size < file.offset) file.offset = 0; // the file was emptied
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const size = readSync(file.fd, chunk, 0, CHUNK_BYTES, file.offset);
    if (size === 0) return;
    file.offset += size;
    // A copy, since the reader may keep the records.
    const { records, left } = splitRecords(Buffer.concat([file.rest, chunk.subarray(0, size)]));
    file.rest = left;
    yield records;
  }
}

/** The last lines of a log. */
export interface Tail {
  readonly count: number;
  /** Whether a record is asked for at all; the others are given too, and not counted. */
  readonly counts: (record: LogRecord) => boolean;
}

/**
 * Have the next reads give no more than the last lines. A line is a record that ends one, with the partial
 * records before it; what the log ends with and is not ended counts as one.
 * @param files oldest first
 * @returns those of them that are to be read
 */
export function skipToTail(files: readonly OpenLog[], { count, counts }: Tail): readonly OpenLog[] {
  let lines = 0;
  let last = true;
  for (const [index, file] of [...files.entries()].reverse()) {
    for (const { records, ends, begin } of backwards(file)) {
      for (let at = records.length - 1; at >= 0; at--) {
        const record = records[at];
        if (record === undefined || !counts(record)) continue;
        if ((!record.partial || last) && ++lines > count) {
          file.offset = begin + (ends[at] ?? 0);
          return files.slice(index);
        }
        last = false;
      }
    }
  }
  return files;
}

interface Split {
  readonly records: LogRecord[];
  /**
   * Where the next line begins, for each record. They stand apart from the records, of which there may be a
   * million.
   */
  readonly ends: number[];
  /** The begin of a line without an end. */
  readonly left: Buffer;
}

/** Its records, in chunks from the end, each with the offset of its first line. */
function* backwards(file: OpenLog): Generator<Split & { readonly begin: number }> {
  let rest: Buffer = Buffer.alloc(0);
  for (let end = fstatSync(file.fd).size; end > 0; ) {
    const begin = Math.max(0, end - CHUNK_BYTES);
    const chunk = Buffer.allocUnsafe(end - begin);
    const size = readSync(file.fd, chunk, 0, end - begin, begin);
    const bytes = Buffer.concat([chunk.subarray(0, size), rest]);
    const newline = bytes.indexOf(NEWLINE);
    const first = begin === 0 ? 0 : newline < 0 ? bytes.length : newline + 1;
    yield { ...splitRecords(bytes.subarray(first)), begin: begin + first };
    rest = bytes.subarray(0, first);
    end = begin;
  }
}

function splitRecords(bytes: Buffer): Split {
  const records: LogRecord[] = [];
  const ends: number[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    const record = parseLogRecord(bytes.subarray(start, end));
    start = end + 1;
    if (record === undefined) continue;
    records.push(record);
    ends.push(start);
  }
  return { records, ends, left: bytes.subarray(start) };
}
