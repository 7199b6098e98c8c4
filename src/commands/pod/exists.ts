import { defineCommand } from "../../cli/define-command.ts";
import { podExists } from "../../pod/state/pods.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "pod exists",
  operands: "POD",
  summary: "Check if a pod exists",
  description: "Prints nothing: the exit code says it.",
  examples: [
    { line: "tspod pod exists web || tspod pod create web", help: "make a pod where there is none" },
  ],
  exitCodes: { 1: "there is no such pod" },
  flags: {},
  minOperands: 1,
  maxOperands: 1,
  complete: "pod",
  run: async (call) => (podExists(engineOf(call), call.operands[0] ?? "") ? 0 : 1),
});
