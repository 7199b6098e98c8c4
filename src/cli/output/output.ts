import { writeSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { isUnread } from "../../os/descriptor.ts";
import type { Env } from "../../os/env.ts";
import { isColoured, paintLead } from "./colour.ts";

const FLUSH_AT = 64 * 1024;
/** What a program that dies of SIGPIPE leaves to its shell. */
const SIGPIPE_STATUS = 141;

/** Standard output, gathered to few writes, and standard error. */
export interface Output {
  write(text: Uint8Array | string): void;
  warn(line: string): void;
  /** Bytes to standard error as they are, at once. */
  writeError(bytes: Uint8Array): void;
  flush(): void;
  /** When the reader of standard output is gone, ends without a word, as SIGPIPE does at the next write. */
  endIfUnread(): void;
}

/** @param env says whether standard error shows colours */
export function openOutput(env: Env): Output {
  let pending: Buffer[] = [];
  let size = 0;
  const flush = (): void => {
    const [chunks, first] = [pending, pending[0]];
    pending = [];
    size = 0;
    if (first !== undefined) writeAll(1, chunks.length === 1 ? first : Buffer.concat(chunks));
  };
  return {
    flush,
    endIfUnread() {
      if (isUnread(1)) process.exit(SIGPIPE_STATUS);
    },
    write(text) {
      const chunk =
        typeof text === "string"
          ? Buffer.from(text)
          : Buffer.from(text.buffer, text.byteOffset, text.byteLength);
      pending.push(chunk);
      size += chunk.length;
      if (size >= FLUSH_AT) flush();
    },
    warn(line) {
      flush();
      writeAll(2, Buffer.from(`${isColoured(env, 2) ? paintLead(line) : line}\n`));
    },
    writeError(bytes) {
      flush();
      writeAll(2, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
  };
}

/**
 * Calls write(2) until all is written. When the reader is gone, ends without a word, as SIGPIPE does. What
 * standard error does not take is dropped: there is no place to report it, and what the command does is worth
 * more than its warnings.
 * @throws {TspodError} If standard output can't be written: a full disk, say
 */
function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(SIGPIPE_STATUS);
      if (code === "EAGAIN") pause(2);
      else if (code !== "EINTR") {
        if (fd === 2) return;
        throw new TspodError("writing standard output", { cause: error });
      }
    }
  }
}

/** The other end of our stdout may have made it non-blocking: one file description serves us both. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
