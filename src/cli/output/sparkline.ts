const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/**
 * Numbers as a line of bars, the last one on the right.
 * @param most what the highest bar stands for, unless one of them is more
 */
export function sparkline(values: readonly number[], most: number): string {
  const highest = Math.max(most, ...values);
  return values
    .map((value) => BARS[Math.min(BARS.length - 1, Math.floor((value / highest) * BARS.length))] ?? "")
    .join("");
}
