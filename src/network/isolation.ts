import type { NetworkRecord } from "./record.ts";

function isolates({ options = {} }: NetworkRecord): "no" | "yes" | "strict" {
  if (options.isolate === "strict") return "strict";
  return options.isolate === "true" ? "yes" : "no";
}

/**
 * Whether two networks are kept apart: `isolate=true` keeps isolated ones from each other, `strict` from all.
 * @see netavark(1)
 */
export function areIsolated(one: NetworkRecord, other: NetworkRecord): boolean {
  const [a, b] = [isolates(one), isolates(other)];
  return a === "strict" || b === "strict" || (a === "yes" && b === "yes");
}
