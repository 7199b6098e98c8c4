import { existsSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { hasCode } from "../os/system-error.ts";
import type { Store } from "./store.ts";
import { isBeingMade, moveToTrash } from "./tmp-directory.ts";

/**
 * In an anonymous volume's directory: a symlink whose text is the id of a container. While it is there, the
 * volume goes with that container. So nothing is left where a call is killed that makes or removes both. A
 * symlink is whole after a power cut, without a flush.
 */
const BOND = "goes-with";

/** @param directory of the volume, absolute */
export function bondTo(directory: string, containerId: string): void {
  try {
    symlinkSync(containerId, `${directory}/${BOND}`);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error; // a volume is made for one container
  }
}

/** From now on the volume stays when the container goes. No-op where it has no bond, or is gone. */
export function loosen(store: Store, name: string): void {
  try {
    unlinkSync(`${store.volumes}/${name}/${BOND}`);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/**
 * Deletes volumes whose container is gone, or never came to be. The caller holds the storage lock
 * exclusively, so nobody is about to make a container, or to use the volume in another.
 */
export function sweepBonded(store: Store): void {
  for (const name of readdirSync(store.volumes)) {
    const directory = `${store.volumes}/${name}`;
    const id = readBond(directory);
    if (id === undefined || isThere(store, id) || isUsed(store, directory)) continue;
    moveToTrash(store, directory);
  }
}

function readBond(directory: string): string | undefined {
  try {
    const id = readlinkSync(`${directory}/${BOND}`);
    return /^[0-9a-f]{64}$/.test(id) ? id : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EINVAL")) return undefined;
    throw error;
  }
}

function isThere(store: Store, id: string): boolean {
  return existsSync(`${store.containers}/${id}`) || isBeingMade(store, "container", id);
}

/** By a container that is there. */
function isUsed(store: Store, directory: string): boolean {
  return readdirSync(`${directory}/refs`).some((id) => existsSync(`${store.containers}/${id}`));
}
