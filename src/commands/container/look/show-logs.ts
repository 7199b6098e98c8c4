import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { colourOf, paint } from "../../../cli/output/colour.ts";
import { followLogs } from "../../../container/logs/follow-logs.ts";
import type { Container } from "../../../container/state/list.ts";
import { TspodError } from "../../../errors.ts";
import { parseTimeBound, parseUntil } from "../../../options/time-bound.ts";

/** What the commands that show logs have. */
export const logFlags = {
  color: {
    type: "boolean",
    help: "Print the names or IDs of several containers in colours, each in another one, also where the output is no terminal",
  },
  follow: { type: "boolean", short: "f", help: "Go on until the container ends" },
  names: {
    type: "boolean",
    short: "n",
    help: "Of several containers, print the names before the lines, not the IDs",
  },
  since: {
    type: "string",
    value: "TIME",
    help: "Only what was printed since then: a time, or a duration before now",
  },
  tail: { type: "int", value: "N", default: -1, help: "Only the last N lines" },
  timestamps: { type: "boolean", short: "t", help: "Print the time before each line" },
  until: {
    type: "string",
    value: "TIME",
    help: "Only what was printed until then: a time, or a duration from now on",
  },
} as const satisfies FlagTable;

/**
 * Show the logs of containers, with names or IDs before the lines where it is said so.
 * @throws {TspodError} If one keeps no log, or a time can't be read.
 */
export async function showLogs(
  call: Pick<
    Call<typeof logFlags>,
    "flags" | "env" | "signal" | "write" | "writeError" | "flush" | "endIfUnread"
  >,
  containers: readonly Container[],
  prefix: "name" | "id" | "none",
): Promise<void> {
  const { flags } = call;
  for (const { record } of containers) {
    const { driver } = record.options.log;
    if (driver === "none" || driver === "passthrough")
      throw new TspodError(
        `this container is using the '${driver}' log driver, cannot read logs: this container is not logging output`,
      );
  }
  await followLogs(containers, {
    follow: flags.follow,
    tail: flags.tail,
    since: timeBound("since", flags.since, parseTimeBound),
    until: timeBound("until", flags.until, parseUntil),
    timestamps: flags.timestamps,
    prefix,
    ...(flags.color && { style: (name: string, place: number) => paint(colourOf(place), name) }),
    env: call.env,
    signal: call.signal,
    stdout: (bytes) => call.write(bytes),
    stderr: (bytes) => call.writeError(bytes),
    flush: () => call.flush(),
    waiting: () => call.endIfUnread(),
  });
}

function timeBound(
  name: string,
  text: string | undefined,
  parse: (text: string, now: number) => number,
): number | undefined {
  if (!text) return undefined; // as Podman: an unset variable of a script is no bound
  try {
    return parse(text, Date.now());
  } catch {
    throw new TspodError(`parsing --${name} "${text}": unable to interpret time value`);
  }
}

/** Where several containers are shown: names if asked for, otherwise short IDs. */
export function prefixes(count: number, names: boolean): "name" | "id" | "none" {
  if (count === 1) return "none";
  return names ? "name" : "id";
}
