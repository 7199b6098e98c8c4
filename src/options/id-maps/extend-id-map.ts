import type { IdMapEntry } from "../../oci/id-maps.ts";
import { containerRun, gaps, hostRun, pairRuns } from "./id-runs.ts";

/**
 * The map with `entry` in it; whatever else stood for one of its ids, on either side, is taken out.
 * @see podman-run(1), --uidmap, "Extending previous mappings"
 */
export function extendIdMap(map: readonly IdMapEntry[], entry: IdMapEntry): IdMapEntry[] {
  const kept = map.flatMap((run) => {
    const taken = [entry.containerId - run.containerId, entry.hostId - run.hostId];
    return gaps(
      taken.map((from) => ({ from, to: from + entry.size })),
      { from: 0, to: run.size },
    ).map(({ from, to }) => ({
      containerId: run.containerId + from,
      hostId: run.hostId + from,
      size: to - from,
    }));
  });
  return [...kept, entry];
}

/**
 * The map with the ids of our user namespace that it leaves over, on the lowest ids of the container that
 * are still free.
 * @param own the map of our user namespace
 */
export function fillIdMap(map: readonly IdMapEntry[], own: readonly IdMapEntry[]): IdMapEntry[] {
  const used = map.map(hostRun);
  const left = own.map(containerRun).flatMap((run) => gaps(used, run));
  const free = gaps(map.map(containerRun), { from: 0, to: Number.POSITIVE_INFINITY });
  return [...map, ...pairRuns(free, left)];
}

/** The same map, sorted by the container's ids, with runs that continue each other made one. */
export function mergeIdMap(map: readonly IdMapEntry[]): IdMapEntry[] {
  const merged: IdMapEntry[] = [];
  for (const entry of map.toSorted((a, b) => a.containerId - b.containerId)) {
    const last = merged.at(-1);
    const follows =
      last !== undefined && containerRun(last).to === entry.containerId && hostRun(last).to === entry.hostId;
    if (follows) merged.splice(-1, 1, { ...last, size: last.size + entry.size });
    else merged.push(entry);
  }
  return merged;
}
