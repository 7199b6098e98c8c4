import { TspodError } from "../errors.ts";
import type { IdMapEntry } from "../oci/id-maps.ts";

export interface AutoIdMap {
  /** What was asked for beside the automatic part. */
  readonly extra: readonly IdMapEntry[];
  /** Runs of other containers. */
  readonly used: readonly IdMapEntry[];
  /** How many ids we have; the first, the user's own, is never given away. */
  readonly total: number;
}

/**
 * `size` ids of a container from 0 on, on the lowest ids that are free; the ones that `extra` maps stand as
 * it says.
 * @throws {TspodError} If not so many are free.
 */
export function autoIdMap(size: number, { extra, used, total }: AutoIdMap): IdMapEntry[] {
  const free = gaps([...used, ...extra].map(hostRun), { from: 1, to: total });
  const wanted = gaps(extra.map(containerRun), { from: 0, to: size });
  const map: IdMapEntry[] = [];
  for (const { from, to } of wanted) {
    for (let at = from; at < to; ) {
      const run = free[0];
      if (run === undefined)
        throw new TspodError("creating container storage: could not find enough available IDs");
      const length = Math.min(to - at, run.to - run.from);
      map.push({ containerId: at, hostId: run.from, size: length });
      at += length;
      if (run.from + length === run.to) free.shift();
      else free[0] = { from: run.from + length, to: run.to };
    }
  }
  return [...map, ...extra];
}

/** Ids from `from` to the one before `to`. */
interface Run {
  readonly from: number;
  readonly to: number;
}

function hostRun({ hostId, size }: IdMapEntry): Run {
  return { from: hostId, to: hostId + size };
}

function containerRun({ containerId, size }: IdMapEntry): Run {
  return { from: containerId, to: containerId + size };
}

/** The parts of `whole` that are in none of the runs. */
function gaps(runs: readonly Run[], whole: Run): Run[] {
  const found: Run[] = [];
  let at = whole.from;
  for (const { from, to } of [...runs].sort((a, b) => a.from - b.from)) {
    if (from > at) found.push({ from: at, to: Math.min(from, whole.to) });
    at = Math.max(at, to);
  }
  if (at < whole.to) found.push({ from: at, to: whole.to });
  return found.filter((run) => run.from < run.to);
}
