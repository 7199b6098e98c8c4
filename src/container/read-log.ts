import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { hasCode } from "../os/addon.ts";
import { type LogRecord, parseLogRecord } from "./log-record.ts";

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * A log that is read on from where the last read ended; where the monitor has begun a new file under its name
 * (max-size), the old one is read to its end first. Disposing closes it.
 */
export interface LogReader extends Disposable {
  /** Records that have come since the last call, in chunks; an unfinished last line waits for the next call. */
  read(): Generator<LogRecord[]>;
  /** Milliseconds after which what was logged can be read. */
  readonly lagMs: number;
}

/**
 * Open a container's log file; one that does not exist yet is empty.
 * @param tail how many lines at its end are enough; negative: all
 */
export function openLogFile(path: string, tail = -1): LogReader {
  let file: OpenFile | undefined;
  let begun = false;
  return {
    lagMs: 0,
    *read() {
      if (!begun) {
        begun = true;
        file = openIfThere(path);
        const older = openOlder(path, file);
        if (older.length === 0 && file !== undefined && tail >= 0) skipToTail(file, tail);
        yield* readAndClose(older);
      }
      for (;;) {
        file ??= openIfThere(path);
        if (file === undefined) return;
        // Asked before the read: to what was replaced until then nothing is added any more.
        const replaced = isReplaced(file, path);
        yield* readOn(file);
        if (!replaced) return;
        closeSync(file.fd);
        file = undefined;
      }
    },
    [Symbol.dispose]() {
      if (file !== undefined) closeSync(file.fd);
    },
  };
}

interface OpenFile {
  readonly fd: number;
  readonly inode: number;
  offset: number;
  /** The begin of a line whose end has not been read. */
  rest: Buffer;
}

/** What json-file's rotation has left behind, oldest first: PATH.1 is the youngest. */
function openOlder(path: string, current: OpenFile | undefined): OpenFile[] {
  const older: OpenFile[] = [];
  for (let number = 1; ; number++) {
    const file = openIfThere(`${path}.${number}`);
    if (file === undefined) return older;
    // Rotated just now: it is read as the current one.
    if (file.inode === current?.inode) closeSync(file.fd);
    else older.unshift(file);
  }
}

function* readAndClose(files: readonly OpenFile[]): Generator<LogRecord[]> {
  using stack = new DisposableStack();
  for (const { fd } of files) stack.defer(() => closeSync(fd));
  for (const file of files) yield* readOn(file);
}

/** Begin where, read backwards from the end, enough lines have been seen. */
function skipToTail(file: OpenFile, count: number): void {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  let lines = 0;
  for (let end = fstatSync(file.fd).size; end > 0; ) {
    const begin = Math.max(0, end - CHUNK_BYTES);
    const size = readSync(file.fd, chunk, 0, end - begin, begin);
    const bytes = Buffer.concat([chunk.subarray(0, size), rest]);
    const first = begin === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    lines += linesEnded(splitRecords(bytes.subarray(first)).records);
    if (lines > count) {
      file.offset = begin + first;
      return;
    }
    rest = Buffer.from(bytes.subarray(0, first));
    end = begin;
  }
}

function linesEnded(records: readonly LogRecord[]): number {
  return records.reduce((sum, { partial }) => sum + (partial ? 0 : 1), 0);
}

function* readOn(file: OpenFile): Generator<LogRecord[]> {
  if (fstatSync(file.fd).size < file.offset) file.offset = 0; // somebody has emptied it
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const size = readSync(file.fd, chunk, 0, CHUNK_BYTES, file.offset);
    if (size === 0) return;
    file.offset += size;
    const { records, left } = splitRecords(Buffer.concat([file.rest, chunk.subarray(0, size)]));
    file.rest = left;
    yield records;
  }
}

function isReplaced({ inode }: OpenFile, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.ino !== inode;
}

function splitRecords(bytes: Buffer): { records: LogRecord[]; left: Buffer } {
  const records: LogRecord[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    const record = parseLogRecord(bytes.subarray(start, end));
    if (record !== undefined) records.push(record);
    start = end + 1;
  }
  return { records, left: bytes.subarray(start) };
}

function openIfThere(path: string): OpenFile | undefined {
  try {
    const fd = openSync(path, "r");
    return { fd, inode: fstatSync(fd).ino, offset: 0, rest: Buffer.alloc(0) };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
