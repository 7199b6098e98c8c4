import type { IdMapEntry } from "../../oci/id-maps.ts";

/** Ids from `from` to the one before `to`. */
export interface IdRun {
  readonly from: number;
  readonly to: number;
}

export function hostRun({ hostId, size }: IdMapEntry): IdRun {
  return { from: hostId, to: hostId + size };
}

export function containerRun({ containerId, size }: IdMapEntry): IdRun {
  return { from: containerId, to: containerId + size };
}

/** The ids that are in both; undefined: there is none. */
export function common(one: IdRun, other: IdRun): IdRun | undefined {
  const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
  return from < to ? { from, to } : undefined;
}

/** The parts of `whole` that are in none of the runs, which may be in any order and lie over each other. */
export function gaps(runs: readonly IdRun[], whole: IdRun): IdRun[] {
  const found: IdRun[] = [];
  let at = whole.from;
  for (const { from, to } of [...runs].sort((a, b) => a.from - b.from)) {
    if (from > at) found.push({ from: at, to: Math.min(from, whole.to) });
    at = Math.max(at, to);
  }
  if (at < whole.to) found.push({ from: at, to: whole.to });
  return found.filter((run) => run.from < run.to);
}

/** Maps the container's ids to the host's, both from the lowest on, until one of them has no more. */
export function pairRuns(container: readonly IdRun[], host: readonly IdRun[]): IdMapEntry[] {
  const free = [...host];
  const map: IdMapEntry[] = [];
  for (const { from, to } of container) {
    for (let at = from; at < to; ) {
      const run = free[0];
      if (run === undefined) return map;
      const size = Math.min(to - at, run.to - run.from);
      map.push({ containerId: at, hostId: run.from, size });
      at += size;
      if (run.from + size === run.to) free.shift();
      else free[0] = { from: run.from + size, to: run.to };
    }
  }
  return map;
}
