import { nowRfc3339Nano } from "../os/time.ts";
import type { StoreEvent } from "../storage/events.ts";

/** An event of an image as Podman words it, now. */
export function imageEvent(status: string, { id, name }: { id?: string; name: string }): StoreEvent {
  return {
    ...(id === undefined ? {} : { ID: id.replace(/^sha256:/, "") }),
    Name: name,
    Status: status,
    Time: nowRfc3339Nano(),
    Type: "image",
  };
}
