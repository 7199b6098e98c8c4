/** A logarithmic axis, which shows 1 and 1000 of something at once. */
export interface LogAxis {
  /** Values with a line and a number. */
  readonly ticks: readonly number[];
  /** Pixels of a value, from the axis's beginning. */
  at(value: number): number;
}

/**
 * An axis from a round value at or below the least to one at or above the greatest.
 * @param values greater than 0
 * @param steps where the ticks of each decade are: 1, or 1, 2 and 5
 * @param length in pixels
 */
export function logAxis(values: readonly number[], steps: readonly number[], length: number): LogAxis {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const decades = Array.from(
    { length: Math.ceil(Math.log10(greatest)) - Math.floor(Math.log10(least)) + 2 },
    (_, index) => 10 ** (Math.floor(Math.log10(least)) + index),
  );
  const all = decades.flatMap((decade) => steps.map((step) => round(step * decade)));
  const first = all.findLast((tick) => tick <= least) ?? least;
  const last = all.find((tick) => tick >= greatest && tick > first) ?? greatest;
  const ticks = all.filter((tick) => tick >= first && tick <= last);
  const scale = length / Math.log10(last / first);
  return { ticks, at: (value) => Math.log10(value / first) * scale };
}

/** 0.2 for 0.2000…1: powers of ten below 1 aren't exact. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
