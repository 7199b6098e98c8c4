import type { IdMapEntry, IdMaps } from "../../oci/id-maps.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { HostFacts } from "../host-facts.ts";

/**
 * The id maps in effect in a container: its own, or those of our user namespace, in which every id is itself.
 */
export function containerIdMaps({ idMaps }: Pick<CreateOptions, "idMaps">, host: HostFacts): IdMaps {
  return idMaps ?? { uidMap: ours(host.uidMap), gidMap: ours(host.gidMap) };
}

function ours(map: readonly IdMapEntry[]): IdMapEntry[] {
  return map.map(({ containerId, size }) => ({ containerId, hostId: containerId, size }));
}

/** Whether the container is in a user namespace other than ours. */
export function hasOwnUserNamespace({ idMaps, userns }: Pick<CreateOptions, "idMaps" | "userns">): boolean {
  return idMaps !== undefined || userns.kind === "path";
}
