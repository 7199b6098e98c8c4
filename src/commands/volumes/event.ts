import { nowRfc3339Nano } from "../../container/time.ts";
import type { StoreEvent } from "../../storage/events.ts";

/** An event of a volume as Podman words it, now. */
export function volumeEvent(status: "create" | "remove" | "prune", name: string): StoreEvent {
  return { Name: name, Status: status, Time: nowRfc3339Nano(), Type: "volume" };
}
