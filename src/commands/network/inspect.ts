import { defineCommand } from "../../cli/define-command.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { findObject } from "../inspect/find-objects.ts";
import { printObjects } from "../inspect/print-objects.ts";

export const command = defineCommand({
  name: "network inspect",
  operands: "NETWORK [NETWORK...]",
  summary: "Display detailed information on networks",
  description:
    "Prints what is known of each, as a JSON array, or with a Go template one after the other: its settings, and the containers that run in it.",
  examples: [
    {
      line: "tspod network inspect --format '{{range .Subnets}}{{.Subnet}}{{end}}' web",
      help: "the subnets of a network",
    },
  ],
  flags: inspectFlags,
  minOperands: 1,
  complete: "network",
  async run(call) {
    const finds = call.operands.map((name) => () => findObject(call, name, { type: "network" }));
    await printObjects(call, finds, { format: call.flags.format });
  },
});
