import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { TspodError } from "../../errors.ts";
import { native } from "../native.ts";
import { checked } from "../system-error.ts";

/** Bytes. Settings, keys, units and lists of accounts have a few thousand. */
const SIZE_MAX = 16 * 1024 * 1024;
const EFBIG = 27;
const ENOENT = 2;

/**
 * Reads a file of settings without waiting: a fifo that nobody writes to would stop the call where no signal
 * ends it, and a device may have no end. /dev/null is read as an empty file.
 * @throws {SystemError} as open(2)
 * @throws {TspodError} If it is no regular file, or has more than 16 MiB.
 */
export function readSmallFile(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const status = fstatSync(fd);
    if (isNull(status)) return Buffer.alloc(0);
    if (status.isDirectory()) throw new TspodError(`"${path}" is a directory`);
    if (!status.isFile()) throw new TspodError(`"${path}" is ${kindOf(status)}, not a regular file`);
    return readUpTo(fd, path);
  } finally {
    closeSync(fd);
  }
}

/** As readSmallFile(), as text in UTF-8. It is one call of the addon: `ps` reads a file a container. */
export function readSmallText(path: string): string {
  return textOr(native.readText(path, SIZE_MAX), path);
}

/** @throws {SystemError} With the very error of that read: another try may meet another one. */
function textOr(found: string | number, path: string): string {
  if (typeof found === "string") return found;
  if (found < 0 && found !== -EFBIG) checked(found, "open", path);
  return readSmallFile(path).toString("utf8"); // which knows what to say of it
}

/**
 * As readSmallText(), and undefined where there is no such file. Nothing is thrown for that: an error that is
 * made and caught takes ten times as long as the call, and most containers lack most of their files.
 */
export function readSmallTextIfThere(path: string): string | undefined {
  const found = native.readText(path, SIZE_MAX);
  return found === -ENOENT ? undefined : textOr(found, path);
}

function isNull(status: Stats): boolean {
  return status.isCharacterDevice() && status.rdev === 0x103; // 1:3 on every Linux
}

function kindOf(status: Stats): string {
  if (status.isFIFO()) return "a fifo";
  return status.isSocket() ? "a socket" : "a device";
}

function readUpTo(fd: number, path: string): Buffer {
  const content = readAtMost(fd, SIZE_MAX);
  if (content === undefined) throw new TspodError(`"${path}" has more than ${SIZE_MAX >> 20} MiB`);
  return content;
}

/**
 * All that a descriptor gives, which may be a pipe's; undefined if that is more than `limit` bytes. Files in
 * /proc and /sys say that they have no bytes, so the bytes that come are counted.
 */
export function readAtMost(fd: number, limit: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readSync(fd, chunk);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    if (total > limit) return undefined;
    chunks.push(chunk.subarray(0, count));
  }
}
