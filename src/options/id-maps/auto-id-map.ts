import { TspodError } from "../../errors.ts";
import { type IdMapEntry, idCount } from "../../oci/id-maps.ts";
import { containerRun, gaps, hostRun, pairRuns } from "./id-runs.ts";

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
  const map = pairRuns(wanted, free);
  if (idCount(map) < wanted.reduce((sum, { from, to }) => sum + to - from, 0))
    throw new TspodError("creating container storage: could not find enough available IDs");
  return [...map, ...extra];
}
