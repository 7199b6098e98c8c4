import { nowRfc3339Nano } from "../os/time.ts";
import type { StoreEvent } from "../storage/events.ts";
import type { NetworkRecord } from "./record.ts";

/** An event of a network as Podman words it: made or removed, or a container has come or gone. */
export function networkEvent(
  status: "create" | "remove" | "connect" | "disconnect",
  { name, id, driver }: Pick<NetworkRecord, "name" | "id" | "driver">,
  container?: { readonly id: string; readonly name: string },
): StoreEvent {
  return {
    ...(container !== undefined
      ? { ID: container.id, Name: container.name }
      : { ID: id, Attributes: { driver } }),
    Network: name,
    Status: status,
    Time: nowRfc3339Nano(),
    Type: "network",
  };
}
