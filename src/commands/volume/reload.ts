import { defineCommand } from "../../cli/define-command.ts";

export const command = defineCommand({
  name: "volume reload",
  summary: "Reload all volumes from volume plugins",
  description:
    "Does nothing and ends with 0: tspod has no volume plugins, so there are no volumes that one could have made beside it.",
  examples: [{ line: "tspod volume reload", help: "succeed in any case" }],
  flags: {},
  run: () => undefined,
});
