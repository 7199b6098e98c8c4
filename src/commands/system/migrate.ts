import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";

export const command = defineCommand({
  name: "system migrate",
  summary: "Migrate containers to a newer version of the program",
  description:
    "Does nothing and ends with 0: a store that an earlier tspod has made is read as it is, and no process has to be started anew after an upgrade. Programs such as toolbox call it before each of their own calls.",
  examples: [{ line: "tspod system migrate", help: "succeeds" }],
  flags: {
    "new-runtime": {
      type: "string",
      value: "RUNTIME",
      help: "Refused: a container keeps the runtime that it was created with",
    },
  },
  maxOperands: 0,
  async run({ flags }) {
    if (flags["new-runtime"] !== undefined)
      throw new TspodError(
        `--new-runtime ${flags["new-runtime"]} is not supported: a container keeps its runtime; make it anew with --runtime`,
      );
  },
});
