import { defineCommand } from "../../cli/define-command.ts";
import { NotFoundError } from "../../errors.ts";
import { findList } from "./find-list.ts";

export const command = defineCommand({
  name: "manifest exists",
  operands: "LIST",
  summary: "Check whether a list of images exists in local storage",
  description: "Prints nothing: the exit status is the answer. What is an image and no list is an error.",
  examples: [
    {
      line: "tspod manifest exists app:1 || tspod manifest create app:1",
      help: "make it if it is not there",
    },
  ],
  exitCodes: { 1: "there is no such list" },
  flags: {},
  minOperands: 1,
  maxOperands: 1,
  complete: "image",
  run(call) {
    try {
      findList(call.store(), call.operands[0] ?? "");
      return 0;
    } catch (error) {
      if (error instanceof NotFoundError) return 1;
      throw error;
    }
  },
});
