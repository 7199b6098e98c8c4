import { TspodError } from "../errors.ts";

/** A run of `size` ids; host ids are ids of our own user namespace. */
export interface IdMapEntry {
  readonly containerId: number;
  readonly hostId: number;
  readonly size: number;
}

/**
 * The ids of a container that has a user namespace of its own, host ids being those of our user namespace.
 */
export interface IdMaps {
  readonly uidMap: readonly IdMapEntry[];
  readonly gidMap: readonly IdMapEntry[];
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The id that the kernel shows for an id without a counterpart, /proc/sys/kernel/overflowuid. */
const OVERFLOW = 65534;
/** A file name's length, with room for what stands around it. */
const KEY_MAX = 200;

/** Whether an id of the container has a counterpart. */
export function isMapped(map: readonly IdMapEntry[], id: number): boolean {
  return toHostId(map, id) !== undefined;
}

/** How many ids a map has. */
export function idCount(map: readonly IdMapEntry[]): number {
  return map.reduce((sum, { size }) => sum + size, 0);
}

/** The id of our user namespace for an id of the container. */
export function toHostId(map: readonly IdMapEntry[], id: number): number | undefined {
  const run = map.find(({ containerId, size }) => id >= containerId && id < containerId + size);
  return run && run.hostId + id - run.containerId;
}

/** The id of the container for an id of our user namespace. */
export function toContainerId(map: readonly IdMapEntry[], id: number): number | undefined {
  const run = map.find(({ hostId, size }) => id >= hostId && id < hostId + size);
  return run && run.containerId + id - run.hostId;
}

/** Whether each id of the container is the same number in our user namespace. */
export function keepsIds({ uidMap, gidMap }: IdMaps): boolean {
  return [...uidMap, ...gidMap].every(({ containerId, hostId }) => containerId === hostId);
}

/**
 * The owner on disk of a file of the container. Ids that the container does not have become the number of
 * `nobody`, as in containers/storage.
 */
export function ownerOnHost({ uidMap, gidMap }: IdMaps, { uid, gid }: Owner): Owner {
  return { uid: toHostId(uidMap, uid) ?? OVERFLOW, gid: toHostId(gidMap, gid) ?? OVERFLOW };
}

/** The owner in the container of a file on disk. */
export function ownerInContainer({ uidMap, gidMap }: IdMaps, { uid, gid }: Owner): Owner {
  return { uid: toContainerId(uidMap, uid) ?? OVERFLOW, gid: toContainerId(gidMap, gid) ?? OVERFLOW };
}

/**
 * A text that only the same maps have, good for a file's name. @throws {TspodError} If they have too many
 * runs for that.
 */
export function idMapsKey({ uidMap, gidMap }: IdMaps): string {
  const text = (map: readonly IdMapEntry[]): string =>
    map.map(({ containerId, hostId, size }) => `${containerId}-${hostId}-${size}`).join("_");
  const [uids, gids] = [text(uidMap), text(gidMap)];
  const key = uids === gids ? uids : `${uids}+${gids}`;
  if (key.length <= KEY_MAX) return key;
  throw new TspodError(`too many id maps: ${uidMap.length} for users, ${gidMap.length} for groups`);
}
