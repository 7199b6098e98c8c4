import { nowRfc3339Nano } from "../os/time.ts";
import { appendEvent } from "../storage/events.ts";
import type { Store } from "../storage/store.ts";
import { volumeEvent } from "./event.ts";
import { makeOrFindVolume, type VolumeRecord, type VolumeRequest } from "./volumes.ts";

/**
 * Makes a volume, and appends its event (podman-events(1): `create`); there is no event for a volume that is
 * there already.
 * @throws {TspodError} If the name is taken (unless orExisting), or is not a name.
 */
export function createVolume(store: Store, request: Omit<VolumeRequest, "created">): VolumeRecord {
  const created = nowRfc3339Nano();
  const { volume, made } = makeOrFindVolume(store, { ...request, created });
  if (made) appendEvent(store, volumeEvent("create", volume.name, created));
  return volume;
}
