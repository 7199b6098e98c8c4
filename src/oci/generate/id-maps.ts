import type { CreateOptions, IdMapEntry } from "../create-options.ts";
import type { HostFacts } from "../host-facts.ts";

/** Ids of a container, host ids being those of our own user namespace. */
export interface ContainerIdMaps {
  readonly uidMap: readonly IdMapEntry[];
  readonly gidMap: readonly IdMapEntry[];
  /** Whether the container has a user namespace of its own, within ours. */
  readonly nested: boolean;
}

/**
 * The id maps in effect in a container. Without a user namespace of its own these are ours.
 * `auto` takes the lowest ids; a free block is chosen where there is more than one such container (host.namespaces.user).
 */
export function containerIdMaps({ userns }: CreateOptions, host: HostFacts): ContainerIdMaps {
  switch (userns.kind) {
    case "keep-id": {
      const uidMap = keepId(userns.uid ?? host.uid, available(host.uidMap));
      return { uidMap, gidMap: keepId(userns.gid ?? host.gid, available(host.gidMap)), nested: true };
    }
    case "nomap":
      return { uidMap: withoutUser(host.uidMap), gidMap: withoutUser(host.gidMap), nested: true };
    case "maps":
      return { uidMap: userns.uidMap, gidMap: userns.gidMap, nested: true };
    default:
      return { uidMap: ours(host.uidMap), gidMap: ours(host.gidMap), nested: false };
  }
}

export function isMapped(map: readonly IdMapEntry[], id: number): boolean {
  return map.some(({ containerId, size }) => id >= containerId && id < containerId + size);
}

/** Our namespace as its own members see it: every id is itself. */
function ours(map: readonly IdMapEntry[]): IdMapEntry[] {
  return map.map(({ containerId, size }) => ({ containerId, hostId: containerId, size }));
}

function available(map: readonly IdMapEntry[]): number {
  return map.reduce((sum, { size }) => sum + size, 0);
}

/**
 * The user (our id 0) keeps its number `id`; the ids below it move up by one, the ids above stay.
 * @param total how many ids we have, the user's own among them
 */
function keepId(id: number, total: number): IdMapEntry[] {
  const subordinate = total - 1;
  return [
    { containerId: 0, hostId: 1, size: Math.min(id, subordinate) },
    { containerId: id, hostId: 0, size: 1 },
    { containerId: id + 1, hostId: id + 1, size: subordinate - id },
  ].filter(({ size }) => size > 0);
}

function withoutUser(map: readonly IdMapEntry[]): IdMapEntry[] {
  return [{ containerId: 0, hostId: 1, size: available(map) - 1 }].filter(({ size }) => size > 0);
}
