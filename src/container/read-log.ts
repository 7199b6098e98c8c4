import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { hasCode } from "../os/addon.ts";
import { type LogRecord, parseLogRecord } from "./log-record.ts";

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * A log file that is read on from where the last read ended, through truncation by max-size.
 * Disposing closes it.
 */
export interface LogReader extends Disposable {
  /** Records that have come since the last call, in chunks; an unfinished last line waits for the next call. */
  read(): Generator<LogRecord[]>;
}

/** Open a container's log; one that does not exist yet is empty. */
export function openLog(path: string): LogReader {
  let fd: number | undefined;
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  return {
    *read() {
      fd ??= openIfThere(path);
      if (fd === undefined) return;
      if (fstatSync(fd).size < offset) offset = 0; // the monitor has emptied it at max-size
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const size = readSync(fd, chunk, 0, CHUNK_BYTES, offset);
        if (size === 0) return;
        offset += size;
        const { lines, left } = splitLines(Buffer.concat([rest, chunk.subarray(0, size)]));
        rest = left;
        yield lines.flatMap((line) => parseLogRecord(line) ?? []);
      }
    },
    [Symbol.dispose]() {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

function splitLines(bytes: Buffer): { lines: Buffer[]; left: Buffer } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, left: bytes.subarray(start) };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
