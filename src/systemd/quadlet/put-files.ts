import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { InUseError, TspodError } from "../../errors.ts";
import { isFileName } from "../../oci/file-name.ts";
import { type FileLock, tryLockDirectory } from "../../os/file-lock.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { syncPath } from "../../os/files/sync-path.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";

/** A file that a directory is to get: a text, or a copy. */
export interface NewFile {
  readonly name: string;
  /** Absolute path of what is copied, where there is no text. */
  readonly source: string;
  readonly text?: string;
}

/**
 * In that directory, for it may be a mount of its own. No generator takes what is in it: that ends in `.new`
 * or `.old`.
 */
const STAGING = ".tspod-install";
/** Names of files without one before, and with: there from the first change on until the last is made. */
const UNDO = "undo.json";

/** What a call that was killed has changed. */
interface Undo {
  readonly name: string;
  readonly wasThere: boolean;
}

/**
 * Give a directory files, all of them or none, in place of those that it has of these names. What a call that
 * was killed has left half done the next one takes back first.
 * @param directory absolute path; there
 * @throws {InUseError} If another call is at it.
 * @throws {TspodError} If one can't be written.
 */
export function putFiles(directory: string, files: readonly NewFile[]): void {
  using _lock = lockFor(directory);
  takeBack(directory);
  const staging = join(directory, STAGING);
  try {
    mkdirSync(staging, { mode: 0o700 });
    for (const [at, file] of files.entries()) stage(file, staged(staging, at));
    const undo = files.map(({ name }) => ({ name, wasThere: isThere(join(directory, name)) }));
    writeFileAtomic(join(staging, UNDO), JSON.stringify(undo));
    // A power cut keeps changes of names in no order of its own: each step is on the disk before the next.
    syncPath(directory);
    for (const [at, { name, wasThere }] of undo.entries()) {
      const { fresh, old } = staged(staging, at);
      if (wasThere) renameSync(join(directory, name), old);
      renameSync(fresh, join(directory, name));
    }
    syncPath(directory);
    rmSync(join(staging, UNDO)); // here they are
  } catch (error) {
    takeBack(directory);
    throw error instanceof TspodError
      ? error
      : new TspodError(`unable to write to "${directory}"`, { cause: error });
  }
  rmSync(staging, { recursive: true });
}

/**
 * Take back what a call that was killed has left half done, so that what is there then is what is to be
 * looked at. No-op where there is nothing of the kind.
 * @param directory absolute path; need not be there
 * @throws {InUseError} If another call is at it.
 */
export function takeBackUnfinished(directory: string): void {
  if (!existsSync(join(directory, STAGING))) return;
  using _lock = lockFor(directory);
  takeBack(directory);
}

function lockFor(directory: string): FileLock {
  const lock = tryLockDirectory(realpathSync(directory));
  if (lock === undefined)
    throw new InUseError(`another call installs quadlets in "${directory}": try again when it has ended`);
  return lock;
}

function staged(staging: string, at: number): { fresh: string; old: string } {
  return { fresh: join(staging, `${at}.new`), old: join(staging, `${at}.old`) };
}

function stage({ name, source, text }: NewFile, { fresh }: { fresh: string }): void {
  try {
    if (text === undefined) copyFileSync(source, fresh);
    else writeFileSync(fresh, text);
    syncPath(fresh);
  } catch (cause) {
    throw new TspodError(`unable to copy file from ${source} to ${name}`, { cause });
  }
}

/** @throws {TspodError} For a directory, which would be moved away. */
function isThere(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new TspodError(`"${path}" is a directory`);
  return found !== undefined;
}

/** @throws {TspodError} If it names other things than files of that directory: those are not touched. */
function parseUndo(text: string, path: string): readonly Undo[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(isUndo)) return value;
  } catch {
    // no JSON
  }
  throw new TspodError(
    `"${path}" is damaged: look which files of "${join(path, "..")}" (N.old is as it was before) you want back, then remove that directory`,
  );
}

function isUndo(value: unknown): value is Undo {
  if (typeof value !== "object" || value === null) return false;
  const { name, wasThere }: { name?: unknown; wasThere?: unknown } = value;
  return typeof name === "string" && isFileName(name) && typeof wasThere === "boolean";
}

/** Repeatable: if this call is killed here, the next one finishes. */
function takeBack(directory: string): void {
  const staging = join(directory, STAGING);
  const noted = join(staging, UNDO);
  const undo = existsSync(noted) ? parseUndo(readSmallText(noted), noted) : [];
  for (const [at, { name, wasThere }] of undo.entries()) {
    const { fresh, old } = staged(staging, at);
    const path = join(directory, name);
    if (lstatSync(old, { throwIfNoEntry: false }) !== undefined) renameSync(old, path);
    else if (!wasThere && !existsSync(fresh)) rmSync(path, { force: true });
  }
  rmSync(noted, { force: true });
  rmSync(staging, { recursive: true, force: true });
}
