import { lstatSync, readdirSync, unlinkSync } from "node:fs";
import { members, oneOf, text } from "../../oci/shape.ts";
import { acquireLock, isLocked } from "../../os/file-lock.ts";
import { readRecord } from "../record.ts";
import type { Store } from "../store.ts";
import { isBeingMade } from "../tmp-directory.ts";
import { claimedBy, namePath } from "./claimed-name.ts";

/*
 * Claims of names that killed processes have left. Only the loser of a claim looks, and the sweep: so this is
 * loaded when it is needed.
 */

/**
 * Releases a name where its claim counts no longer.
 * @returns the ID that it is claimed for still
 */
export async function releaseStale(store: Store, name: string): Promise<string | undefined> {
  using _lock = await acquireLock(`${store.locks}/names.lock`);
  const owner = claimedBy(store, name);
  if (owner === undefined) return undefined;
  if (!isStale(store, owner) && !isLeftByRename(store, owner, name)) return owner;
  unlinkSync(namePath(store, name));
  return undefined;
}

/** Removes claims of containers and pods that are gone. */
export async function sweepNames(store: Store): Promise<void> {
  const isLeft = (name: string): boolean => {
    const owner = claimedBy(store, name);
    return owner !== undefined && /^[0-9a-f]{64}$/.test(owner) && isStale(store, owner);
  };
  const names = readdirSync(store.names).filter(isLeft);
  if (names.length === 0) return;
  using _lock = await acquireLock(`${store.locks}/names.lock`);
  for (const name of names) if (isLeft(name)) unlinkSync(namePath(store, name));
}

/** What it belongs to is not there, and no process is making it. */
function isStale(store: Store, id: string): boolean {
  if (isThere(store, id)) return false;
  if (isBeingMade(store, "container", id) || isBeingMade(store, "pod", id)) return false;
  // Once more, for it may have got its place in between.
  return !isThere(store, id);
}

/** The container has another name, and nobody is about to give it this one: who does so holds its lock. */
function isLeftByRename(store: Store, id: string, name: string): boolean {
  if (isLocked(`${store.locks}/containers/${id}.lock`)) return false;
  const shape = members({ schemaVersion: oneOf(1), name: text });
  const record = readRecord(`${store.containers}/${id}/container.json`, shape);
  return record !== undefined && record.name !== name;
}

function isThere(store: Store, id: string): boolean {
  return [store.containers, store.pods].some(
    (directory) => lstatSync(`${directory}/${id}`, { throwIfNoEntry: false }) !== undefined,
  );
}
