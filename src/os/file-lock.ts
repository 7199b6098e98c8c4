import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { InUseError } from "../errors.ts";
import { LOCK_EX, LOCK_SH, tryFlock } from "./descriptor.ts";
import { hasCode } from "./system-error.ts";

const LONGEST_PAUSE_MS = 20;

export interface LockOptions {
  /** Several may hold it, but no one else exclusively. */
  shared?: boolean;
}

/**
 * Disposed, it is released, unless a child has inherited the descriptor: then when that has closed it too.
 */
export interface FileLock extends Disposable {
  /** Close-on-exec. */
  readonly fd: number;
}

/**
 * Whether the name still leads to the file that was locked: its last holder may have unlinked it meanwhile.
 */
function stillThere(fd: number, path: string): boolean {
  try {
    const [held, named] = [fstatSync(fd), statSync(path)];
    return held.ino === named.ino && held.dev === named.dev;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Takes the descriptor over: it is closed with the lock, or at once where there is none. */
function lockOpened(fd: number, path: string, operation: number): FileLock | undefined {
  using undo = new DisposableStack();
  undo.defer(() => closeSync(fd)); // closing the last descriptor releases the flock
  if (!tryFlock(fd, operation) || !stillThere(fd, path)) return undefined;
  const kept = undo.move();
  return { fd, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * The lock on the file `path` (made if missing), or undefined if someone else holds it. Also ends with the
 * process.
 * @throws {SystemError} If the file can't be opened.
 */
export function tryLock(path: string, { shared = false }: LockOptions = {}): FileLock | undefined {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  return lockOpened(fd, path, shared ? LOCK_SH : LOCK_EX);
}

/**
 * The lock on a directory itself, or undefined where someone else holds it, or there is no directory. Also
 * ends with the process.
 * @throws {SystemError} If it can't be opened.
 */
export function tryLockDirectory(path: string): FileLock | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    return lockOpened(fd, path, LOCK_EX);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/**
 * Whether somebody holds the lock, this process included. Makes no file. @throws {SystemError} If the file
 * can't be opened.
 */
export function isLocked(path: string): boolean {
  try {
    const fd = openSync(path, constants.O_RDONLY);
    using undo = new DisposableStack();
    undo.defer(() => closeSync(fd));
    return !tryFlock(fd, LOCK_SH);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/**
 * Waits for the lock by asking again after 1, 2, 4 … 20 ms, so that timers and signals go on meanwhile.
 * @param timeoutMs milliseconds; without end if not given
 * @throws {InUseError} If the time is over.
 * @throws {SystemError} If the file can't be opened.
 */
export async function acquireLock(
  path: string,
  { shared = false, timeoutMs = Infinity }: LockOptions & { timeoutMs?: number } = {},
): Promise<FileLock> {
  const start = process.uptime();
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const lock = tryLock(path, { shared });
    if (lock !== undefined) return lock;
    if ((process.uptime() - start) * 1000 + pause > timeoutMs) {
      throw new InUseError(`lock "${path}" is held by another process for longer than ${timeoutMs} ms`);
    }
    await sleep(pause);
  }
}
