import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { hasCode } from "../os/addon.ts";
import { type LogRecord, parseLogRecord } from "./log-record.ts";

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * A log file that is read on from where the last read ended; where the monitor has begun a new one under its name
 * (max-size), the old one is read to its end first. Disposing closes it.
 */
export interface LogReader extends Disposable {
  /** Records that have come since the last call, in chunks; an unfinished last line waits for the next call. */
  read(): Generator<LogRecord[]>;
}

/** Open a container's log; one that does not exist yet is empty. */
export function openLog(path: string): LogReader {
  let file: OpenFile | undefined;
  let begun = false;
  return {
    *read() {
      if (!begun) {
        begun = true;
        file = openIfThere(path);
        yield* readOlder(path, file);
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

/** What json-file's rotation has left behind: PATH.1 is the youngest. */
function* readOlder(path: string, current: OpenFile | undefined): Generator<LogRecord[]> {
  using stack = new DisposableStack();
  const older: OpenFile[] = [];
  for (let number = 1; ; number++) {
    const file = openIfThere(`${path}.${number}`);
    if (file === undefined) break;
    stack.defer(() => closeSync(file.fd));
    // Rotated just now: it is read as the current one.
    if (file.inode !== current?.inode) older.unshift(file);
  }
  for (const file of older) yield* readOn(file);
}

function* readOn(file: OpenFile): Generator<LogRecord[]> {
  if (fstatSync(file.fd).size < file.offset) file.offset = 0; // somebody has emptied it
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const size = readSync(file.fd, chunk, 0, CHUNK_BYTES, file.offset);
    if (size === 0) return;
    file.offset += size;
    const { lines, left } = splitLines(Buffer.concat([file.rest, chunk.subarray(0, size)]));
    file.rest = left;
    yield lines.flatMap((line) => parseLogRecord(line) ?? []);
  }
}

function isReplaced({ inode }: OpenFile, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.ino !== inode;
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

function openIfThere(path: string): OpenFile | undefined {
  try {
    const fd = openSync(path, "r");
    return { fd, inode: fstatSync(fd).ino, offset: 0, rest: Buffer.alloc(0) };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
