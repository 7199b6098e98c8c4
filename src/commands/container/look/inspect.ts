import { defineCommand } from "../../../cli/define-command.ts";
import { inspectFlags } from "../../flags/inspect-flags.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";
import { findLatest, findObject, measure } from "../../inspect/find-objects.ts";
import { printObjects } from "../../inspect/print-objects.ts";

export const command = defineCommand({
  name: "container inspect",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Display the configuration of containers",
  description: "Prints what is known of each, as a JSON array, or with a Go template one after the other.",
  examples: [
    { line: "tspod container inspect --format '{{.Config.Labels}}' web", help: "the labels of a container" },
  ],
  flags: {
    ...inspectFlags,
    latest: selectionFlags.latest,
    size: { type: "boolean", short: "s", help: "Also show how much the container's files take" },
  },
  complete: "container",
  check({ flags, operands }) {
    if (flags.latest && operands.length > 0) return "--latest and containers cannot be used together";
    return !flags.latest && operands.length === 0 ? "no names or ids specified" : undefined;
  },
  async run(call) {
    const { latest, size, format } = call.flags;
    const measured = await measure(size);
    const finds = latest
      ? [() => findLatest(call, measured)]
      : call.operands.map((name) => () => findObject(call, name, { type: "container", ...measured }));
    await printObjects(call, finds, { format });
  },
});
