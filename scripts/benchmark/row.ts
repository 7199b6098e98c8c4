import type { Contestant } from "./contest.ts";

/** Measured values of one row; smaller is better. */
export interface Row {
  readonly what: string;
  readonly unit: "ms" | "MB";
  readonly values: ReadonlyMap<Contestant["name"], readonly number[]>;
  /** What is to be reached: a share of podman's, or an absolute value in the unit. */
  readonly goal: { readonly ratio: number } | { readonly below: number };
}

export const HEAD = ["what", "tspod", "podman", "ratio", "skopeo", "goal", "reached"];

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The cells under HEAD. */
export function formatRow({ what, unit, values, goal }: Row): string[] {
  const [tspod, podman, skopeo] = (["tspod", "podman", "skopeo"] as const).map((name) =>
    median(values.get(name) ?? []),
  ) as [number, number, number];
  const digits = unit === "ms" ? 0 : tspod < 10 ? 2 : 0;
  const shown = (value: number) => (Number.isNaN(value) ? "" : `${value.toFixed(digits)} ${unit}`);
  const reached = "ratio" in goal ? tspod / podman <= goal.ratio : tspod < goal.below;
  const wanted = "ratio" in goal ? `≤ ${goal.ratio.toFixed(2)}` : `< ${goal.below} ${unit}`;
  return [
    what,
    shown(tspod),
    shown(podman),
    (tspod / podman).toFixed(2),
    shown(skopeo),
    wanted,
    reached ? "yes" : "NO",
  ];
}
