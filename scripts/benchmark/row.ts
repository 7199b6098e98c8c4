import type { Contestant } from "./contest.ts";

/** Measured values of one row; smaller is better. */
export interface Row {
  readonly what: string;
  readonly unit: "ms" | "MB";
  readonly values: ReadonlyMap<Contestant["name"], readonly number[]>;
  /**
   * What is to be reached: a share of podman's, one of Podman 5.8's where that has another, and one of
   * BuildKit's where it takes part; or an absolute value in the unit.
   */
  readonly goal: RatioGoal | { readonly below: number };
  /** The plot that it is a point of: the plot's title, and how many of what there were. */
  readonly point?: { readonly plot: string; readonly of: string; readonly at: number };
}

export interface RatioGoal {
  readonly ratio: number;
  readonly podman58?: number;
  readonly buildkit?: number;
}

/** What a row's values come down to. */
export interface Summary {
  readonly median: number;
  /** Half of all values lie between these two. */
  readonly quartiles: readonly [number, number];
}

/** The contestants in the order of their columns, and what stands above them. */
export const COLUMNS: readonly (readonly [Contestant["name"], string])[] = [
  ["tspod", "tspod"],
  ["podman", "podman"],
  ["podman58", "podman 5.8"],
  ["buildkit", "BuildKit"],
  ["skopeo", "skopeo"],
];

/** Those that tspod is held against. */
const RIVALS = ["podman", "podman58", "buildkit"] as const;

/** NaN where nothing was measured. */
export function summarize(values: readonly number[] = []): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = (sorted.length - 1) * share;
    return ((sorted[Math.floor(place)] ?? Number.NaN) + (sorted[Math.ceil(place)] ?? Number.NaN)) / 2;
  };
  return { median: at(0.5), quartiles: [at(0.25), at(0.75)] };
}

/** tspod's median as a share of each rival's that took part. */
export function ratios({ values }: Row): ReadonlyMap<Contestant["name"], number> {
  const own = summarize(values.get("tspod")).median;
  const found = RIVALS.filter((name) => values.has(name));
  return new Map(found.map((name) => [name, own / summarize(values.get(name)).median]));
}

/** Whether the goal is reached: against each rival that has one. */
export function isReached(row: Row): boolean {
  if ("below" in row.goal) return summarize(row.values.get("tspod")).median < row.goal.below;
  const { ratio, podman58 = ratio, buildkit = Number.POSITIVE_INFINITY } = row.goal;
  const goals = new Map<string, number>(Object.entries({ podman58, buildkit }));
  return [...ratios(row)].every(([name, each]) => each <= (goals.get(name) ?? ratio));
}

/** A value in the row's unit: `12 ms`; "" for NaN. */
export function shown(value: number, unit: Row["unit"]): string {
  if (Number.isNaN(value)) return "";
  const digits = unit === "MB" && value < 10 ? 2 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

export function shownGoal({ goal, unit }: Row): string {
  if ("below" in goal) return `< ${goal.below} ${unit}`;
  const { ratio, podman58, buildkit } = goal;
  const others = [podman58, buildkit].filter((each) => each !== undefined);
  return [`≤ ${ratio.toFixed(2)}`, ...others.map((each) => each.toFixed(2))].join(" / ");
}
