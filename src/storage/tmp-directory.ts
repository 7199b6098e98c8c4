import { mkdtempSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../os/file-lock.ts";
import { isAlive, type ProcessIdentity, readStartTime } from "../os/process-identity.ts";
import { hasCode } from "../os/system-error.ts";
import { removeTree } from "./remove-tree.ts";
import type { Store } from "./store.ts";

/** A directory (0700) under tmp/ that is deleted on dispose, unless it has been moved away. */
export interface TmpDirectory extends Disposable {
  readonly path: string;
}

/** KIND-PID-STARTTIME-… : who makes it. What is not named so is trash, and may be deleted by anybody at any time. */
const MADE_BY = /^[a-z]+-([0-9]+)-([0-9]+)-/;

/** An interrupted download can be resumed this long, in milliseconds. */
const PARTIAL_KEPT = 24 * 3600 * 1000;

/** Its name says who makes it, so that others can tell leftovers from work in progress. */
export function makeTmpDirectory(store: Store, kind: string): TmpDirectory {
  const path = mkdtempSync(`${tmpPrefix(store, kind)}-`);
  return { path, [Symbol.dispose]: () => removeTree(path) };
}

/** Absolute path of something in tmp/ that this process makes, without its last part: unique only together with that. */
export function tmpPrefix(store: Store, kind: string): string {
  return join(store.tmp, `${kind}-${process.pid}-${readStartTime(process.pid) ?? "0"}`);
}

/** Who makes something in tmp/, by its name; undefined for trash. */
export function madeBy(name: string): ProcessIdentity | undefined {
  const [, pid, startTime] = MADE_BY.exec(name) ?? [];
  return pid === undefined || startTime === undefined ? undefined : { pid: Number(pid), startTime };
}

/** Move a file or directory out of sight in one step, then delete it. No-op where it is gone. */
export function moveToTrash(store: Store, path: string): void {
  const trash = mkdtempSync(join(store.tmp, "trash-"));
  try {
    renameSync(path, join(trash, "x"));
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  } finally {
    removeTree(trash);
  }
}

/** Delete what makers that are gone have left in tmp/, and downloads that nobody has resumed for a day. */
export function sweepTmp(store: Store): void {
  for (const name of readdirSync(store.tmp)) {
    const maker = madeBy(name);
    if (maker !== undefined && isAlive(maker)) continue;
    removeTree(join(store.tmp, name));
  }
  for (const name of readdirSync(store.partial)) sweepPartial(join(store.partial, name));
}

function sweepPartial(path: string): void {
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - modified < PARTIAL_KEPT) return;
  using lock = tryLock(path);
  if (lock !== undefined) removeTree(path);
}
