import { defineCommand } from "../../../cli/define-command.ts";
import { colourOf, paint } from "../../../cli/output/colour.ts";
import { followLogs } from "../../../container/logs/follow-logs.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import type { Container, ContainerPlace } from "../../../container/state/list.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";
import { parseTimeBound, parseUntil } from "../../../options/time-bound.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";

export const command = defineCommand({
  name: "logs",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Fetch the logs of containers",
  description: "What went to the container's stdout goes to stdout, what went to its stderr to stderr.",
  examples: [
    { line: "tspod logs --follow --tail 20 web", help: "the last 20 lines, and all that come" },
    { line: "tspod logs --since 10m web", help: "what was printed in the last ten minutes" },
  ],
  flags: {
    color: {
      type: "boolean",
      help: "Print the names or IDs of several containers in colours, each in another one, also where the output is no terminal",
    },
    details: { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
    follow: { type: "boolean", short: "f", help: "Go on until the container ends" },
    latest: selectionFlags.latest,
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
  },
  complete: "container",
  check({ flags, operands }) {
    if (flags.latest && operands.length > 0) return "--latest and containers cannot be used together";
    if (!flags.latest && operands.length === 0) return "specify at least one container name or ID to log";
    return undefined;
  },
  async run(call) {
    const { flags } = call;
    const engine = engineOf(call);
    const containers = flags.latest
      ? [latestContainer(engine)]
      : call.operands.map((name) => find(engine, name, flags));
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
      prefix: prefixes(containers.length, flags.names),
      ...(flags.color && { style: (name: string, place: number) => paint(colourOf(place), name) }),
      env: call.env,
      signal: call.signal,
      stdout: (bytes) => call.write(bytes),
      stderr: (bytes) => call.writeError(bytes),
      flush: () => call.flush(),
    });
  },
});

/** docker's `logs -n 5` asks for the last five lines; Podman's -n is --names. */
function find(engine: ContainerPlace, name: string, { names }: { readonly names: boolean }): Container {
  try {
    return findContainer(engine, name);
  } catch (error) {
    if (!(error instanceof NotFoundError) || !names || !/^\d+$/.test(name)) throw error;
    throw new NotFoundError(error.message, {
      advice: `-n is --names here: for the last lines --tail ${name}`,
    });
  }
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
function prefixes(count: number, names: boolean): "name" | "id" | "none" {
  if (count === 1) return "none";
  return names ? "name" : "id";
}
