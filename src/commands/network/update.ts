import { defineCommand } from "../../cli/define-command.ts";
import { updateNetworkServers } from "../../container/update-network.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "network update",
  operands: "NETWORK",
  summary: "Change the name servers of a network",
  description:
    "Changes whom a network's containers get answers from for names that the network does not have. Running containers see it at once; one that cannot be told is named, and has it after the same command again, or when it is restarted. Prints the network's name.",
  examples: [
    { line: "tspod network update --dns-add 9.9.9.9 web", help: "ask another server for other names" },
  ],
  flags: {
    "dns-add": { type: "list", split: true, value: "IP", help: "Name server to add to those of the network" },
    "dns-drop": {
      type: "list",
      split: true,
      value: "IP",
      help: "Name server to take from those of the network",
    },
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "network",
  async run(call) {
    const { flags, operands } = call;
    const change = { add: flags["dns-add"], drop: flags["dns-drop"] };
    call.print(await updateNetworkServers(engineOf(call), operands[0] ?? "", change));
  },
});
