import { defineCommand } from "../../cli/define-command.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { findObject } from "../inspect/find-objects.ts";
import { printObjects } from "../inspect/print-objects.ts";

export const command = defineCommand({
  name: "image inspect",
  operands: "IMAGE [IMAGE...]",
  summary: "Display the configuration of images",
  description: "Prints what is known of each, as a JSON array, or with a Go template one after the other.",
  examples: [{ line: "tspod image inspect --format '{{.Digest}}' alpine", help: "the digest of an image" }],
  flags: inspectFlags,
  complete: "image",
  check: ({ operands }) => (operands.length === 0 ? "no names or ids specified" : undefined),
  async run(call) {
    const finds = call.operands.map((name) => () => findObject(call, name, { type: "image" }));
    await printObjects(call, finds, { format: call.flags.format });
  },
});
