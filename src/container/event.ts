import type { ContainerRecord } from "../oci/container-record.ts";
import type { StoreEvent } from "../storage/events.ts";
import { nowRfc3339Nano } from "./time.ts";

/** An event of a container as Podman words it (podman-events(1)), now or at a time given as text. */
export function containerEvent(
  record: ContainerRecord,
  status: string,
  time: string = nowRfc3339Nano(),
): StoreEvent {
  return {
    ID: record.id,
    ...(record.image === undefined ? {} : { Image: record.image.name }),
    Name: record.name,
    Status: status,
    Time: time,
    Type: "container",
    Attributes: record.options.labels,
  };
}
