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
import { basename } from "node:path";
import { type FileLock, makeLocked, tryLock, tryLockDirectory, tryLockFile } from "../os/file-lock.ts";
import { isUnfinished } from "../os/files/write-file-atomic.ts";
import { hasCode } from "../os/system-error.ts";
import { randomHex } from "./random-hex.ts";
import type { Store } from "./store.ts";
import { removeTree } from "./tree/remove-tree.ts";

/** A directory (0700) under tmp/ that is deleted on dispose, unless it has been moved away. */
export interface TmpDirectory extends Disposable {
  readonly path: string;
}

/** The time that a sweeper may take for an empty directory, on a busy machine. */
const SWEEPER_MS = 10_000;

/** A file is its maker's for so long without a lock. */
const UNLOCKED_MS = 1000;

/** An interrupted download can be resumed this long by default, in milliseconds. */
const PARTIAL_KEPT = 24 * 3600 * 1000;

/** Directories of the store with records that are replaced as a whole. (A container's goes with it.) */
const RECORDS = [
  ".",
  "images",
  "artifacts",
  "networks",
  "secrets",
  "build/cache",
  "build/digests",
  "build/journal",
];

/**
 * Names in tmp/: `layer-0123456789abcdef`, `container-ID`; a file has its name to be behind that, which may
 * end in `.zstd` (what a push has made of a layer).
 */
const MADE = /^[a-z]+-(?:[0-9a-f]{16}|[0-9a-f]{64})(?:-[0-9a-f]{64}(?:\.[a-z]+)?)?$/;
/** A monitor's has the name of what it was, and the monitor's pid (native/monitor/files/remove.c). */
const TRASH = /^trash-(?:[0-9a-f]{16}|[0-9a-f]{64}-\d{1,10})$/;
/** Names in locks/layers/, each there while its layer is being made, and in locks/containers/. */
const LOCK = /^[0-9a-f]{64}\.lock$/;
/** Names in partial/: of blobs. */
const BLOB = /^[0-9a-f]{64}$/;

/**
 * Makes a directory, and holds its lock, so that a sweeper, which takes that lock, can tell leftovers from
 * work in progress. A pid would not do, since one home may be used from several pid namespaces.
 */
export function makeTmpDirectory(store: Store, kind: string, unique: string = randomHex(8)): TmpDirectory {
  return makeLockedDirectory(tmpDirectoryPath(store, kind, unique));
}

/** As makeTmpDirectory(), anywhere. @param path absolute; its name is random, so that nobody else has it */
export function makeLockedDirectory(path: string): TmpDirectory {
  for (;;) {
    makeOnceGone(path);
    const lock = tryLockDirectory(path);
    if (lock !== undefined) return { path, [Symbol.dispose]: () => removeLocked(lock, path) };
    // A sweeper got the lock first, and is about to delete it.
  }
}

/**
 * Names are random, so what is there can only be this call's own directory in the hands of a sweeper, for a
 * moment.
 */
function makeOnceGone(path: string): void {
  const until = Date.now() + SWEEPER_MS;
  while (!isMade(path, until)) pause(1);
}

function isMade(path: string, until: number): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (!hasCode(error, "EEXIST") || Date.now() > until) throw error;
    return false;
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function removeLocked(lock: FileLock, path: string): void {
  using _lock = lock;
  removeTree(path);
}

/** Whether a process is making that directory now. */
export function isBeingMade(store: Store, kind: string, unique: string): boolean {
  const path = tmpDirectoryPath(store, kind, unique);
  using lock = tryLockDirectory(path);
  return lock === undefined && existsSync(path);
}

function tmpDirectoryPath(store: Store, kind: string, unique: string): string {
  return `${store.tmp}/${kind}-${unique}`;
}

/** A new file in tmp/ that is deleted on dispose, unless it has been moved away. */
export interface TmpFile extends Disposable {
  readonly path: string;
  /** Open for writing. */
  readonly fd: number;
}

/**
 * Makes a file, and holds its lock, as makeTmpDirectory() does.
 * @param name what it is to be called: 64 hex digits, and perhaps a dot and letters
 */
export function makeTmpFile(store: Store, kind: string, name: string): TmpFile {
  const path = `${store.tmp}/${kind}-${randomHex(8)}-${name}`;
  const lock = makeLocked(path, 0o600);
  return {
    path,
    fd: lock.fd,
    [Symbol.dispose]: () => {
      using _lock = lock;
      rmSync(path, { force: true });
    },
  };
}

/**
 * Move a file or directory out of sight in one step, then delete it. No-op where it is gone. Trash of a call
 * that was killed while it deleted that, which may be gigabytes, goes as well.
 */
export function moveToTrash(store: Store, path: string): void {
  {
    using trash = makeTmpDirectory(store, "trash");
    try {
      renameSync(path, `${trash.path}/x`);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
  for (const name of namesIn(store.tmp, TRASH)) sweepMade(`${store.tmp}/${name}`);
}

/**
 * Deletes what makers that are gone have left in tmp/, files that they have not finished, locks of layers and
 * containers that are not there, and downloads that no pull goes on with.
 * @param partialKept milliseconds that an interrupted download is left to be resumed
 */
export function sweepTmp(store: Store, { partialKept = PARTIAL_KEPT } = {}): void {
  for (const name of [MADE, TRASH].flatMap((form) => namesIn(store.tmp, form)))
    sweepMade(`${store.tmp}/${name}`);
  const [layers, containers] = [`${store.locks}/layers`, `${store.locks}/containers`];
  for (const name of namesIn(layers, LOCK)) sweepMade(`${layers}/${name}`);
  for (const name of namesIn(containers, LOCK))
    if (!existsSync(`${store.containers}/${basename(name, ".lock")}`)) sweepMade(`${containers}/${name}`);
  for (const directory of RECORDS) sweepUnfinished(`${store.root}/${directory}`);
  for (const name of namesIn(store.partial, BLOB)) sweepPartial(`${store.partial}/${name}`, partialKept);
}

/** Names of the form that tspod makes there. Other files are not ours to delete. */
function namesIn(directory: string, form: RegExp): string[] {
  return readdirSync(directory).filter((name) => form.test(name));
}

/**
 * Deletes what killed calls of writeFileAtomic() have left in a directory, if that is there: but for a moment
 * after they have made it, these hold its lock.
 */
function sweepUnfinished(directory: string): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory).filter(isUnfinished)) {
    const path = `${directory}/${name}`;
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined && isOlder(found, UNLOCKED_MS)) sweepMade(path);
  }
}

/** Deletes a file or directory that nobody has locked. */
export function sweepMade(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const tryLockIt = found?.isDirectory() === false ? tryLockFile : tryLockDirectory;
  using lock = tryLockIt(path);
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
