import { nowRfc3339Nano } from "../os/time.ts";
import { eventTemplate, MARKS } from "../protocol/event-template.ts";
import type { StoreEvent } from "../storage/events.ts";

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
