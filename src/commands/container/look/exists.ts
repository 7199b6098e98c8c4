import { defineCommand } from "../../../cli/define-command.ts";
import { findContainer } from "../../../container/state/find.ts";
import { NotFoundError } from "../../../errors.ts";
import { engineOf } from "../../flags/engine-of.ts";

export const command = defineCommand({
  name: "container exists",
  operands: "CONTAINER",
  summary: "Check whether a container exists",
  description: "Prints nothing: the exit status is the answer.",
  examples: [
    {
      line: "tspod container exists web || tspod run -d --name web nginx",
      help: "run it if it is not there",
    },
  ],
  exitCodes: { 1: "there is no such container" },
  flags: {
    external: {
      type: "boolean",
      help: "Ignored: there are no containers of other programs in the store",
    },
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "container",
  run(call) {
    try {
      findContainer(engineOf(call), call.operands[0] ?? "");
      return 0;
    } catch (error) {
      if (error instanceof NotFoundError) return 1;
      throw error;
    }
  },
});
