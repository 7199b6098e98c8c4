import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { getVolume } from "../../volume/volumes.ts";

export const command = defineCommand({
  name: "volume exists",
  operands: "VOLUME",
  summary: "Check whether a volume exists",
  description: "Prints nothing: the exit status is the answer. It is the whole name that counts.",
  examples: [
    { line: "tspod volume exists data || tspod volume create data", help: "make it if it is not there" },
  ],
  exitCodes: { 1: "there is no such volume" },
  flags: {},
  minOperands: 1,
  maxOperands: 1,
  complete: "volume",
  run(call) {
    const [name = ""] = call.operands;
    if (name === "") throw new TspodError("name or ID cannot be empty");
    return getVolume(call.store(), name) === undefined ? 1 : 0;
  },
});
