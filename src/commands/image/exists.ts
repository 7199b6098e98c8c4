import { defineCommand } from "../../cli/define-command.ts";
import { resolveAny } from "../../image/lists.ts";

export const command = defineCommand({
  name: "image exists",
  operands: "IMAGE",
  summary: "Check whether an image exists in local storage",
  description: "Prints nothing: the exit status is the answer.",
  examples: [{ line: "tspod image exists alpine || tspod pull alpine", help: "pull it if it is not there" }],
  exitCodes: { 1: "there is no such image" },
  flags: {},
  minOperands: 1,
  maxOperands: 1,
  complete: "image",
  run: (call) => (resolveAny(call.store(), call.operands[0] ?? "") === undefined ? 1 : 0),
});
