import type { Contestant } from "./contest.ts";
import type { Cost } from "./cost.ts";
import type { Row } from "./row.ts";

/** Megabytes in memory at the peak, whatever the size of an image or a context. */
export const PEAK_MB = 200;

/**
 * The three rows of an operation: wall time, processor time, memory at its peak.
 * @param goal what is to be reached of the wall time and of the processor time, as shares of podman's
 */
export function costRows(
  what: string,
  { ratio, cpuRatio }: { readonly ratio: number; readonly cpuRatio: number },
  costs: ReadonlyMap<Contestant["name"], readonly Cost[]>,
): Row[] {
  const values = (part: keyof Cost): Row["values"] =>
    new Map([...costs].map(([name, each]) => [name, each.map((cost) => cost[part])]));
  return [
    { what, unit: "ms", values: values("wall"), goal: { ratio } },
    { what: "  processor time", unit: "ms", values: values("cpu"), goal: { ratio: cpuRatio } },
    { what: "  memory at its peak", unit: "MB", values: values("peak"), goal: { below: PEAK_MB } },
  ];
}
