import { TspodError } from "../../errors.ts";
import { type IdMapEntry, type IdMaps, idCount } from "../../oci/id-maps.ts";
import type { UserNamespaceMode } from "../namespace-mode.ts";
import { autoIdMap } from "./auto-id-map.ts";
import { common, containerRun, hostRun } from "./id-runs.ts";

/** What choosing the maps of a container needs to know. */
export interface IdMapFacts {
  /** The maps of our own user namespace, as in /proc/self/uid_map. */
  readonly uidMap: readonly IdMapEntry[];
  readonly gidMap: readonly IdMapEntry[];
  /** The calling user outside of our namespace. */
  readonly uid: number;
  readonly gid: number;
  /** Maps of the containers that have ids of their own, which `auto` stays clear of. */
  readonly used: readonly IdMaps[];
  /** How many ids the image needs, for `auto` without a size. */
  readonly imageSize: number;
  /** The maps of the container that a namespace is shared with; undefined: it has none of its own. */
  readonly ofContainer: (nameOrId: string) => IdMaps | undefined;
}

/**
 * The id maps of a container's own user namespace; undefined where it lives in ours.
 * @throws {TspodError} If ids are asked for that the user does not have.
 */
export function chooseIdMaps(mode: UserNamespaceMode, facts: IdMapFacts): IdMaps | undefined {
  const maps = wantedIdMaps(mode, facts);
  return maps && { uidMap: cutAt(facts.uidMap, maps.uidMap), gidMap: cutAt(facts.gidMap, maps.gidMap) };
}

/**
 * The kernel takes a run of a map only where its host ids lie within one run of the map of the namespace
 * above (user_namespaces(7)): ours has the user as one run, and each range of subordinate ids as another.
 */
function cutAt(own: readonly IdMapEntry[], map: readonly IdMapEntry[]): IdMapEntry[] {
  return map.flatMap((entry) =>
    own.flatMap((run) => {
      const part = common(hostRun(entry), containerRun(run));
      if (part === undefined) return [];
      const { from, to } = part;
      return [{ containerId: entry.containerId + from - entry.hostId, hostId: from, size: to - from }];
    }),
  );
}

function wantedIdMaps(mode: UserNamespaceMode, facts: IdMapFacts): IdMaps | undefined {
  const total = { uid: idCount(facts.uidMap), gid: idCount(facts.gidMap) };
  switch (mode.kind) {
    case "host":
    case "path":
      return undefined;
    case "keep-id":
      return {
        uidMap: keepId(mode.uid ?? facts.uid, Math.min(total.uid, mode.size ?? total.uid)),
        gidMap: keepId(mode.gid ?? facts.gid, Math.min(total.gid, mode.size ?? total.gid)),
      };
    case "nomap":
      return { uidMap: withoutUser(total.uid), gidMap: withoutUser(total.gid) };
    case "maps":
      checkAvailable(mode.uidMap, total.uid);
      checkAvailable(mode.gidMap, total.gid);
      return { uidMap: mode.uidMap, gidMap: mode.gidMap };
    case "auto": {
      const size = mode.size ?? facts.imageSize;
      const uidMap = autoIdMap(size, {
        extra: mode.uidMap,
        used: facts.used.flatMap((maps) => maps.uidMap),
        total: total.uid,
      });
      const gidMap = autoIdMap(size, {
        extra: mode.gidMap,
        used: facts.used.flatMap((maps) => maps.gidMap),
        total: total.gid,
      });
      return { uidMap, gidMap };
    }
    case "container":
      return facts.ofContainer(mode.container);
  }
}

/**
 * The user (our id 0) keeps its number `id`; the ids below it move up by one, the ids above stay.
 * @param total how many ids the container is to have, the user's own among them
 */
function keepId(id: number, total: number): IdMapEntry[] {
  const subordinate = total - 1;
  return [
    { containerId: 0, hostId: 1, size: Math.min(id, subordinate) },
    { containerId: id, hostId: 0, size: 1 },
    { containerId: id + 1, hostId: id + 1, size: subordinate - id },
  ].filter(({ size }) => size > 0);
}

function withoutUser(total: number): IdMapEntry[] {
  if (total < 2)
    throw new TspodError("--userns nomap needs subordinate ids, and this user has none: see subuid(5)");
  return [{ containerId: 0, hostId: 1, size: total - 1 }];
}

function checkAvailable(map: readonly IdMapEntry[], total: number): void {
  const bad = map.find(({ hostId, size }) => hostId + size > total);
  if (bad === undefined) return;
  throw new TspodError(
    `the id map ${bad.containerId}:${bad.hostId}:${bad.size} goes beyond the ids of this user: they are 0 to ${total - 1} (0 is the user, the others are the subordinate ids)`,
  );
}
