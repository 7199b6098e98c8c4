import { closeSync, constants, fstatSync, openSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { InUseError } from "../errors.ts";
import { LOCK_EX, LOCK_SH, tryFlock } from "./descriptor.ts";
import { hasCode } from "./system-error.ts";

const LONGEST_PAUSE_MS = 20;

export interface LockOptions {
  /** Several processes may hold the lock, but none exclusively. */
  shared?: boolean;
  /** The file is opened for reading, and none is made: where there is none, there is no lock. */
  existing?: boolean;
}

/**
 * A lock that is released when it is disposed; if a child has inherited the descriptor, when the child has
 * closed that, too.
 */
export interface FileLock extends Disposable {
  /** Close-on-exec. */
  readonly fd: number;
}

/**
 * Whether the name still leads to the file that was locked, since the last holder may have unlinked it
 * meanwhile.
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

/** Locks an open file. The descriptor is closed with the lock, or at once where the lock can't be had. */
function lockOpened(fd: number, path: string, operation: number): FileLock | undefined {
  using undo = new DisposableStack();
  undo.defer(() => closeSync(fd)); // closing the last descriptor releases the flock
  if (!tryFlock(fd, operation) || !stillThere(fd, path)) return undefined;
  const kept = undo.move();
  return { fd, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * Takes the lock on the file `path`, which is made if missing; undefined if another process holds it. The end
 * of the process releases it, too.
 * @throws {SystemError} If the file can't be opened.
 */
export function tryLock(
  path: string,
  { shared = false, existing = false }: LockOptions = {},
): FileLock | undefined {
  const operation = shared ? LOCK_SH : LOCK_EX;
  try {
    const fd = openSync(path, existing ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT, 0o600);
    return lockOpened(fd, path, operation);
  } catch (error) {
    if (existing && hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Takes the lock on a directory itself; undefined where another process holds it, or there is no directory.
 * The end of the process releases it, too.
 * @throws {SystemError} If it can't be opened.
 */
export function tryLockDirectory(path: string): FileLock | undefined {
  return tryLockThere(path, constants.O_DIRECTORY);
}

/**
 * As tryLock(), for a regular file that is there: undefined also where there is none, or something else.
 * @throws {SystemError} If it can't be opened.
 */
export function tryLockFile(path: string): FileLock | undefined {
  const lock = tryLockThere(path, constants.O_NONBLOCK);
  if (lock === undefined || fstatSync(lock.fd).isFile()) return lock;
  lock[Symbol.dispose]();
  return undefined;
}

function tryLockThere(path: string, flags: number): FileLock | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | flags);
    return lockOpened(fd, path, LOCK_EX);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "ENXIO")) return undefined;
    throw error;
  }
}

/**
 * Makes a file that is locked before others can lock it for good: who gets the lock first deletes the file,
 * and it is made again.
 * @throws {SystemError} If it can't be made; with EEXIST if something has the name.
 */
export function makeLocked(path: string, mode: number): FileLock {
  for (;;) {
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    const lock = lockOpened(fd, path, LOCK_EX);
    if (lock !== undefined) return lock;
    rmSync(path, { force: true });
  }
}

/**
 * Whether any process holds the lock, this one included. Makes no file.
 * @throws {SystemError} If the file can't be opened.
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
 * Waits for the lock by trying again after 1, 2, 4 … 20 ms, so that timers and signals go on meanwhile.
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
