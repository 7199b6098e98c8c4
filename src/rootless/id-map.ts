import { readFileSync } from "node:fs";

/** A run of ids: `size` ids from `containerId` inside the namespace on are those from `hostId` on outside. */
export interface IdMapping {
  readonly containerId: number;
  readonly hostId: number;
  readonly size: number;
}

/** @see user_namespaces(7), "Defining user and group ID mappings" */
export function parseIdMap(text: string): IdMapping[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((fields) => fields.length === 3)
    .map(([containerId = 0, hostId = 0, size = 0]) => ({ containerId, hostId, size }));
}

export interface IdMaps {
  readonly uid: readonly IdMapping[];
  readonly gid: readonly IdMapping[];
}

/** The id maps of the user namespace that this process is in. */
export function readIdMaps(proc = "/proc"): IdMaps {
  return {
    uid: parseIdMap(readFileSync(`${proc}/self/uid_map`, "utf8")),
    gid: parseIdMap(readFileSync(`${proc}/self/gid_map`, "utf8")),
  };
}

/** Whether an id of the namespace has a counterpart outside: chown() to any other fails with EINVAL. */
export function isMapped(maps: readonly IdMapping[], id: number): boolean {
  return maps.some(({ containerId, size }) => id >= containerId && id < containerId + size);
}
