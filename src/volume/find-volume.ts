import { NotFoundError } from "../errors.ts";
import type { Store } from "../storage/store.ts";
import { lookupVolume, type VolumeRecord } from "../storage/volumes/volumes.ts";

/** As lookupVolume(), with the words that inspect, export and import have for one that is not there. */
export function findVolume(store: Store, nameOrPrefix: string): VolumeRecord {
  try {
    return lookupVolume(store, nameOrPrefix);
  } catch (error) {
    if (error instanceof NotFoundError) throw new NotFoundError(`no such volume ${nameOrPrefix}`);
    throw error;
  }
}
