import type { Store } from "./store.ts";

/** A directory (0700) under tmp/ that is deleted on dispose, unless it has been moved away. */
export interface TmpDirectory extends Disposable {
  readonly path: string;
}

/** Its name says who makes it, so that others can tell leftovers from work in progress. */
export function makeTmpDirectory(store: Store, kind: string): TmpDirectory {
  throw new Error(`${store} ${kind}`);
}

/** Move a file or directory out of sight in one step, then delete it. No-op where it is gone. */
export function moveToTrash(store: Store, path: string): void {
  throw new Error(`${store} ${path}`);
}

/** Delete what makers that are gone have left in tmp/, and partial blobs older than a day. */
export function sweepTmp(store: Store): void {
  throw new Error(`${store}`);
}
