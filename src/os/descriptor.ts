import { native } from "./native.ts";
import { checked, checkedBytes } from "./system-error.ts";

export const LOCK_SH = 1;
export const LOCK_EX = 2;
const LOCK_NB = 4;

const EAGAIN = 11;

/**
 * Tries to take the lock, and returns whether it has. Never waits: a blocked system call would stop the whole
 * process, signals and timers with it.
 * @throws {SystemError} For anything but a lock held by someone else.
 */
export function tryFlock(fd: number, operation: number): boolean {
  const result = native.flock(fd, operation | LOCK_NB);
  if (result < 0 && -result === EAGAIN) return false;
  checked(result, "flock");
  return true;
}

/**
 * Writes the file system that `fd` is on to its disk: syncfs(2), in Node's thread pool. Keep the descriptor
 * open until that is done.
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
 * Whether nobody reads any more what is written to this pipe or socket: poll(2), which doesn't wait.
 * @throws {SystemError}
 */
export function isUnread(fd: number): boolean {
  return checked(native.isHungUp(fd), "poll") === 1;
}

/**
 * Makes a pipe with both ends close-on-exec and blocking, which the caller closes.
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

/**
 * Copies the bytes of a regular file from `begin` to `end` into one that has those before; all of them, by
 * reference, where the file system can and `begin` is 0. Holes stay holes, but in a file of up to 64 KiB.
 * @returns the size of the copy: less than `end` where the file has become shorter
 * @throws {SystemError}
 */
export function copyContent(from: number, to: number, begin: number, end: number): number {
  return checked(native.copyContent(from, to, begin, end), "copy_file_range");
}
