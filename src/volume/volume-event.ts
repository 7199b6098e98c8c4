import { nowRfc3339Nano } from "../os/time.ts";
import { appendEvent, formatEvent, type StoreEvent } from "../storage/events.ts";
import type { Store } from "../storage/store.ts";
import { removeVolume } from "../storage/volumes/volumes.ts";

/** An event of a volume as Podman words it, now or at a time given as text. */
export function volumeEvent(
  status: "create" | "remove" | "prune",
  name: string,
  time: string = nowRfc3339Nano(),
): StoreEvent {
  return { Name: name, Status: status, Time: time, Type: "volume" };
}

/**
 * The line of the event log for a volume that the monitor removes; it fills in @TIME@ (native/protocol.h, 2).
 */
export function monitorVolumeEvent(name: string): string {
  return formatEvent(volumeEvent("remove", name, "@TIME@"));
}

/** As removeVolume(), and tell of it. */
export function removeWithEvent(store: Store, name: string): void {
  removeVolume(store, name);
  appendEvent(store, volumeEvent("remove", name));
}
