import { defineCommand } from "../../cli/define-command.ts";
import { NotFoundError } from "../../errors.ts";
import { lookupSecret } from "../../secret/secrets.ts";

export const command = defineCommand({
  name: "secret exists",
  operands: "SECRET",
  complete: "secret",
  summary: "Check whether a secret exists",
  description: "Prints nothing: the exit status is the answer.",
  examples: [
    { line: "tspod secret exists key || tspod secret create key -", help: "make it if it is not there" },
  ],
  exitCodes: { 1: "there is no such secret" },
  flags: {},
  minOperands: 1,
  maxOperands: 1,
  run(call) {
    try {
      lookupSecret(call.store(), call.operands[0] ?? "");
      return 0;
    } catch (error) {
      if (error instanceof NotFoundError) return 1;
      throw error;
    }
  },
});
