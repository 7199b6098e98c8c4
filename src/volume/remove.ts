import { appendEvent } from "../storage/events.ts";
import { lockStorage } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { volumeEvent } from "./event.ts";
import { removeVolume } from "./volumes.ts";

/**
 * Remove a volume with its content, with its event (podman-events(1): `remove`).
 * @throws {InUseError} If a container uses it.
 */
export async function removeUnusedVolume(store: Store, name: string): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  removeWithEvent(store, name);
}

/** Removes a volume, for a caller that holds the storage lock exclusively. */
export function removeWithEvent(store: Store, name: string): void {
  removeVolume(store, name);
  appendEvent(store, volumeEvent("remove", name));
}
