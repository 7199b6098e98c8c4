import { type Digest, digestHex } from "../oci/digest.ts";
import { nowRfc3339Nano } from "../os/time.ts";
import type { StoreEvent } from "../storage/events.ts";

/** An event of an image as Podman words it, now. */
export function imageEvent(status: string, { id, name }: { id?: Digest; name: string }): StoreEvent {
  return {
    ...(id === undefined ? {} : { ID: digestHex(id) }),
    Name: name,
    Status: status,
    Time: nowRfc3339Nano(),
    Type: "image",
  };
}
