import { InUseError } from "../errors.ts";
import { appendEvent } from "../storage/events.ts";
import { lockStorage } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { volumeEvent } from "./event.ts";
import { listVolumes, removeVolume, type VolumeRecord, volumeUsers } from "./volumes.ts";

/** Names of the volumes that fit and that no container uses. */
export function unusedVolumes(store: Store, fits: (volume: VolumeRecord) => boolean): string[] {
  return listVolumes(store)
    .filter((volume) => fits(volume) && volumeUsers(store, volume.name).length === 0)
    .map(({ name }) => name);
}

/**
 * Remove volumes by name; one that has come into use meanwhile stays.
 * @returns the names of those that are gone
 */
export async function removeUnusedVolumes(store: Store, names: readonly string[]): Promise<string[]> {
  using _lock = await lockStorage(store, "exclusive");
  return names.filter((name) => {
    try {
      removeVolume(store, name);
    } catch (error) {
      if (error instanceof InUseError) return false;
      throw error;
    }
    appendEvent(store, volumeEvent("prune", name));
    return true;
  });
}
