import type { Store } from "../storage/store.ts";
import { lookupVolume, type VolumeRecord } from "./volumes.ts";

/**
 * A volume by its name, or by the beginning of its name.
 * @throws {NotFoundError} `no volume with name "x" found: no such volume`
 */
export function findVolume(store: Store, nameOrPrefix: string): VolumeRecord {
  return lookupVolume(store, nameOrPrefix);
}
