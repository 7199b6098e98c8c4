/** Keys of the status file, in the order in which the monitor writes them: native/facts-protocol.h. */
export const STATUS_FACTS = [
  "boot",
  "run",
  "monitor",
  "process",
  "created",
  "started",
  "restarts",
  "due",
  "last",
] as const;

/** Keys of the exit file. */
export const EXIT_FACTS = [
  "run",
  "code",
  "signal",
  "oom",
  "started",
  "finished",
  "timeout",
  "restarts",
  "usage",
] as const;

/** Keys of the file with the results of health checks. `log` stands once for each result. */
export const HEALTH_FACTS = ["status", "streak", "log"] as const;

/** Keys of the file with the result of `ready`. */
export const READY_FACTS = ["ready"] as const;

export type StatusFact = (typeof STATUS_FACTS)[number];
export type ExitFact = (typeof EXIT_FACTS)[number];
export type HealthFact = (typeof HEALTH_FACTS)[number];

/** The lines `key value` of a file that the monitor writes. */
export type Facts<Key extends string = string> = ReadonlyMap<Key, string>;

/** Keys that no reader asks for do no harm. */
export function parseFacts<Key extends string>(text: string): Facts<Key> {
  const facts = new Map<Key, string>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) facts.set(line.slice(0, space) as Key, line.slice(space + 1));
  }
  return facts;
}
