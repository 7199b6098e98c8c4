import { nowRfc3339Nano } from "../os/time.ts";
import { eventTemplate, MARKS } from "../protocol/event-template.ts";
import { appendEvent, type StoreEvent } from "../storage/events.ts";
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

/** The template of the event of a volume that the monitor removes: the monitor knows the time. */
export function monitorVolumeEvent(name: string): string {
  const { Time: _, ...event } = volumeEvent("remove", name);
  return eventTemplate(event, { Time: `"${MARKS.time}"` });
}

/** As removeVolume(), and tell of it. */
export function removeWithEvent(store: Store, name: string): void {
  removeVolume(store, name);
  appendEvent(store, volumeEvent("remove", name));
}
