import { native } from "./native.ts";
import { checked, checkedBytes } from "./system-error.ts";

export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

const EAGAIN = 11;

/** posix_fadvise(2) advices. */
export const POSIX_FADV_SEQUENTIAL = 2;
export const POSIX_FADV_DONTNEED = 4;

/**
 * Whether the lock was got. Never waits: a blocked system call would stop the whole process, signals and timers with it.
 * @throws {SystemError} For anything but a lock held by someone else.
 */
export function tryFlock(fd: number, operation: number): boolean {
  const result = native.flock(fd, operation | LOCK_NB);
  if (result < 0 && -result === EAGAIN) return false;
  checked(result, "flock");
  return true;
}

/**
 * flock(2), never waiting.
 * @throws {SystemError} With EAGAIN if someone else holds the lock.
 */
export function flock(fd: number, operation: number): void {
  checked(native.flock(fd, operation | LOCK_NB), "flock");
}

/** @throws {SystemError} */
export function fadvise(
  fd: number,
  advice: number,
  { offset = 0, length = 0 }: { offset?: number; length?: number } = {},
): void {
  checked(native.fadvise(fd, offset, length, advice), "posix_fadvise");
}

/**
 * Reserve space, so that a full disk is known before the writing.
 * @throws {SystemError} With ENOSPC; ENOTSUP where the file system can't.
 */
export function fallocate(
  fd: number,
  length: number,
  { offset = 0, mode = 0 }: { offset?: number; mode?: number } = {},
): void {
  checked(native.fallocate(fd, mode, offset, length), "fallocate");
}

/**
 * Write the file system that `fd` is on to its disk: syncfs(2), in Node's thread pool. Keep the descriptor open until it is done.
 * @throws {SystemError} If something could not be written since `fd` was opened.
 */
export async function syncfs(fd: number): Promise<void> {
  checked(await native.syncfs(fd), "syncfs");
}

/** @throws {SystemError} */
export function setCloexec(fd: number, on: boolean): void {
  checked(native.setCloexec(fd, on ? 1 : 0), "fcntl");
}

/**
 * A copy of `fd` with a number of at least `minimum`, close-on-exec: the caller's to close.
 * @throws {SystemError}
 */
export function dupAbove(fd: number, minimum: number): number {
  return checked(native.dupAbove(fd, minimum), "fcntl");
}

/**
 * Both ends close-on-exec, blocking: the caller's to close.
 * @throws {SystemError}
 */
export function pipe(): { readFd: number; writeFd: number } {
  const fds = checkedBytes(native.pipe(), "pipe2");
  return { readFd: fds.readInt32LE(0), writeFd: fds.readInt32LE(4) };
}

/**
 * The size of the terminal on `fd`; undefined where that is no terminal.
 */
export function winsize(fd: number): { rows: number; columns: number } | undefined {
  const packed = native.windowSize(fd);
  return packed < 0 ? undefined : { rows: Math.floor(packed / 65536), columns: packed % 65536 };
}
