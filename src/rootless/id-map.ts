import { readFileSync } from "node:fs";
import type { IdMapEntry } from "../oci/id-maps.ts";

/** @see user_namespaces(7), "Defining user and group ID mappings" */
export function parseIdMap(text: string): IdMapEntry[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((fields) => fields.length === 3)
    .map(([containerId = 0, hostId = 0, size = 0]) => ({ containerId, hostId, size }));
}

export interface IdMaps {
  readonly uid: readonly IdMapEntry[];
  readonly gid: readonly IdMapEntry[];
}

/** The id maps of the user namespace that this process is in. */
export function readIdMaps(proc = "/proc"): IdMaps {
  return {
    uid: parseIdMap(readFileSync(`${proc}/self/uid_map`, "utf8")),
    gid: parseIdMap(readFileSync(`${proc}/self/gid_map`, "utf8")),
  };
}
