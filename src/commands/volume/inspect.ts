import { defineCommand } from "../../cli/define-command.ts";
import { listVolumes } from "../../volume/volumes.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { findObject } from "../inspect/find-objects.ts";
import { printObjects } from "../inspect/print-objects.ts";

export const command = defineCommand({
  name: "volume inspect",
  operands: "VOLUME [VOLUME...]",
  summary: "Display detailed information on volumes",
  description: "Prints what is known of each, as a JSON array, or with a Go template one after the other.",
  examples: [
    { line: "tspod volume inspect --format '{{.Mountpoint}}' data", help: "where a volume's files are" },
  ],
  flags: {
    all: { type: "boolean", short: "a", help: "Inspect all volumes" },
    ...inspectFlags,
  },
  complete: "volume",
  check({ flags, operands }) {
    return flags.all === operands.length > 0 ? "provide one or more volume names or use --all" : undefined;
  },
  async run(call) {
    const names = call.flags.all ? listVolumes(call.store()).map(({ name }) => name) : call.operands;
    const finds = names.map((name) => () => findObject(call, name, { type: "volume" }));
    await printObjects(call, finds, { format: call.flags.format });
  },
});
