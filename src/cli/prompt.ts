import { readSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { NEWLINE } from "../os/newline.ts";
import type { Call } from "./define-command.ts";

/**
 * Reads one line of stdin, byte by byte, so that the next reader finds everything behind it; undefined: none
 * came.
 */
export function readLine(): string | undefined {
  const bytes: number[] = [];
  for (let byte = readByte(); byte !== undefined; byte = readByte()) {
    if (byte === NEWLINE) return Buffer.from(bytes).toString();
    bytes.push(byte);
  }
  return undefined;
}

/**
 * Ask for a password, without showing it.
 * @throws {TspodError} If stdin is no terminal, with the kernel's words for that, as Podman.
 */
export function readPassword({ write, flush, terminal }: Pick<Call, "write" | "flush" | "terminal">): string {
  write("Password: ");
  flush();
  if (!terminal.stdin) throw new TspodError("reading password: inappropriate ioctl for device");
  // No listener for signals may be there yet: who waits in read(2) would not hear of them.
  process.stdin.setRawMode(true);
  try {
    return readHidden();
  } finally {
    process.stdin.setRawMode(false);
    write("\n");
    flush();
  }
}

const RETURN = 0x0d;
const INTERRUPT = 0x03;
const END = 0x04;
const KILL_LINE = 0x15;
const ERASE = new Set([0x08, 0x7f]);

/** In raw mode the keys that end, erase or interrupt are bytes like any other. */
function readHidden(): string {
  let bytes: number[] = [];
  for (let byte = readByte(); byte !== undefined; byte = readByte()) {
    if (byte === NEWLINE || byte === RETURN || byte === END) break;
    if (byte === INTERRUPT) {
      process.stdin.setRawMode(false);
      process.kill(process.pid, "SIGINT");
    } else if (byte === KILL_LINE) bytes = [];
    else if (ERASE.has(byte)) bytes = withoutLastCharacter(bytes);
    else bytes.push(byte);
  }
  return Buffer.from(bytes).toString();
}

function withoutLastCharacter(bytes: readonly number[]): number[] {
  return [...Buffer.from([...Buffer.from(bytes).toString()].slice(0, -1).join(""))];
}

function readByte(): number | undefined {
  const byte = Buffer.alloc(1);
  for (;;) {
    try {
      return readSync(0, byte) === 1 ? byte[0] : undefined;
    } catch (error) {
      // A terminal that another process has made non-blocking.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
