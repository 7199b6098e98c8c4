import { defineCommand } from "../../cli/define-command.ts";

export const command = defineCommand({
  name: "system renumber",
  summary: "Renumber the locks of containers, pods and volumes",
  description: "Does nothing and ends with 0: tspod's locks are files that are named after what they lock.",
  examples: [{ line: "tspod system renumber", help: "succeeds" }],
  flags: {},
  maxOperands: 0,
  async run() {},
});
