import type { Setting } from "./setting.ts";

/**
 * `[engine.runtimes]` of containers.conf: what a runtime is called → where it may be, in the order to try.
 */
export type KnownRuntimes = ReadonlyMap<string, readonly string[]>;

export function knownRuntimes(conf: readonly Setting[]): KnownRuntimes {
  const value = conf.find(({ key }) => key === "engine.runtimes")?.value;
  const known = new Map<string, string[]>();
  for (const entry of Array.isArray(value) ? (value as readonly string[]) : []) {
    const at = entry.indexOf(" ");
    const name = entry.slice(0, at);
    known.set(name, [...(known.get(name) ?? []), entry.slice(at + 1)]);
  }
  return known;
}
