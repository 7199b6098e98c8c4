import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { type FileLock, tryLock, tryLockDirectory } from "../os/file-lock.ts";
import { hasCode } from "../os/system-error.ts";
import { randomHex } from "./random-hex.ts";
import type { Store } from "./store.ts";
import { removeTree } from "./tree/remove-tree.ts";

/** A directory (0700) under tmp/ that is deleted on dispose, unless it has been moved away. */
export interface TmpDirectory extends Disposable {
  readonly path: string;
}

/**
 * A single file in tmp/ is there for moments; so long after its last change, in milliseconds, its maker is
 * gone.
 */
const FILE_KEPT = 3600 * 1000;

/** An interrupted download can be resumed this long by default, in milliseconds. */
const PARTIAL_KEPT = 24 * 3600 * 1000;

/**
 * Its maker holds the lock on it, so that others can tell leftovers from work in progress: whoever sweeps
 * takes that lock. A pid would not do: one home may be used from several pid namespaces.
 */
export function makeTmpDirectory(store: Store, kind: string, unique: string = randomHex(8)): TmpDirectory {
  const path = tmpDirectoryPath(store, kind, unique);
  for (;;) {
    mkdirSync(path, { mode: 0o700 });
    const lock = tryLockDirectory(path);
    if (lock !== undefined) return { path, [Symbol.dispose]: () => removeLocked(lock, path) };
    // Swept before it was locked.
  }
}

function removeLocked(lock: FileLock, path: string): void {
  using _lock = lock;
  removeTree(path);
}

/** Whether somebody is making that directory now. */
export function isBeingMade(store: Store, kind: string, unique: string): boolean {
  const path = tmpDirectoryPath(store, kind, unique);
  using lock = tryLockDirectory(path);
  return lock === undefined && existsSync(path);
}

function tmpDirectoryPath(store: Store, kind: string, unique: string): string {
  return join(store.tmp, `${kind}-${unique}`);
}

/**
 * Absolute path, unique, of a file in tmp/ that is written and renamed at once. More may be put behind it.
 */
export function tmpPrefix(store: Store, kind: string): string {
  return join(store.tmp, `${kind}-${randomHex(8)}`);
}

/** Move a file or directory out of sight in one step, then delete it. No-op where it is gone. */
export function moveToTrash(store: Store, path: string): void {
  using trash = makeTmpDirectory(store, "trash");
  try {
    renameSync(path, join(trash.path, "x"));
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/**
 * Delete what makers that are gone have left in tmp/, and downloads that nobody goes on with.
 * @param partialKept milliseconds that an interrupted download is left to be resumed
 */
export function sweepTmp(store: Store, { partialKept = PARTIAL_KEPT } = {}): void {
  for (const name of readdirSync(store.tmp)) sweepMade(join(store.tmp, name));
  for (const name of readdirSync(store.partial)) sweepPartial(join(store.partial, name), partialKept);
}

function sweepMade(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === false) {
    if (isOlder(found, FILE_KEPT)) rmSync(path, { force: true });
    return;
  }
  using lock = tryLockDirectory(path);
  if (lock !== undefined) removeTree(path);
}

function sweepPartial(path: string, kept: number): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !isOlder(found, kept)) return;
  using lock = tryLock(path);
  if (lock !== undefined) removeTree(path);
}

function isOlder({ mtimeMs }: Stats, milliseconds: number): boolean {
  return Date.now() - mtimeMs >= milliseconds;
}
