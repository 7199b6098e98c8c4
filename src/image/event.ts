import { type Digest, digestHex } from "../oci/digest.ts";
import { nowRfc3339Nano } from "../os/time.ts";
import type { StoreEvent } from "../storage/events.ts";

/** An event of an image as Podman words it, now: with its ID, its name, or both. */
export function imageEvent(
  status: string,
  { id, name }: { id?: Digest; name?: string | undefined },
): StoreEvent {
  return {
    ...(id === undefined ? {} : { ID: digestHex(id) }),
    ...(name === undefined ? {} : { Name: name }),
    Status: status,
    Time: nowRfc3339Nano(),
    Type: "image",
  };
}
