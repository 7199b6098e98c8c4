import { existsSync, rmSync } from "node:fs";
import { NotFoundError } from "../errors.ts";
import { acquireLock, type FileLock, tryLock } from "../os/file-lock.ts";
import type { Store } from "./store.ts";

/**
 * The store's one big lock, held briefly. Shared: from resolving an image to the container directory that
 * refers to it. Exclusive: changing index.json, removing images or layers. It is not re-entrant: addImage,
 * tagImage, untagImage and removeImage take it themselves, so none of them may be called while it is held.
 */
export function lockStorage(store: Store, mode: "shared" | "exclusive"): Promise<Disposable> {
  return acquireLock(`${store.locks}/storage.lock`, { shared: mode === "shared" });
}

/**
 * A lease is held by a call that adds content that nothing refers to yet (pull, load), from its first blob
 * until addImage() has returned. While any lease is held, removal takes images out of the index but leaves
 * blobs and layers for the next removal.
 */
export function leaseContent(store: Store): Promise<Disposable> {
  return acquireLock(`${store.locks}/content.lock`, { shared: true });
}

/** For garbage collection: undefined while any lease is held. */
export function tryLockContent(store: Store): Disposable | undefined {
  return tryLock(`${store.locks}/content.lock`);
}

/**
 * One container's lock: start, stop, remove, rename. Taken after the storage lock where both are.
 * @throws {NotFoundError} If the container is gone when the lock is had: `container ID was removed
 * meanwhile`.
 */
export async function lockContainer(store: Store, id: string): Promise<FileLock> {
  return ofLiving(store, id, await acquireLock(containerLock(store, id)));
}

/** As lockContainer(), but undefined where another process holds it. */
export function tryLockContainer(store: Store, id: string): FileLock | undefined {
  const lock = tryLock(containerLock(store, id));
  return lock && ofLiving(store, id, lock);
}

function containerLock(store: Store, id: string): string {
  return `${store.locks}/containers/${id}.lock`;
}

/** Taking it has made the file of a removed container's lock anew. */
function ofLiving(store: Store, id: string, lock: FileLock): FileLock {
  if (existsSync(`${store.containers}/${id}`)) return lock;
  using _lock = lock;
  rmSync(containerLock(store, id), { force: true });
  throw removedMeanwhile(id);
}

/** The error for a container that was there when the command began. */
export function removedMeanwhile(id: string): NotFoundError {
  return new NotFoundError(`container ${id} was removed meanwhile`);
}
