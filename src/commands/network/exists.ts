import { defineCommand } from "../../cli/define-command.ts";
import { networkPlace } from "../../container/state/network-place.ts";
import { NotFoundError } from "../../errors.ts";
import { findNetwork } from "../../network/networks.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "network exists",
  operands: "NETWORK",
  summary: "Check whether a network exists",
  description: "Prints nothing: the exit status is the answer.",
  examples: [
    { line: "tspod network exists web || tspod network create web", help: "make it if it is not there" },
  ],
  exitCodes: { 1: "there is no such network" },
  flags: {},
  minOperands: 1,
  maxOperands: 1,
  complete: "network",
  run(call) {
    try {
      findNetwork(networkPlace(engineOf(call)), call.operands[0] ?? "");
      return 0;
    } catch (error) {
      if (error instanceof NotFoundError) return 1;
      throw error;
    }
  },
});
