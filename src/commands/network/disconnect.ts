import { defineCommand } from "../../cli/define-command.ts";
import { disconnectNetwork } from "../../container/connect-network.ts";
import { findContainer } from "../../container/state/find.ts";
import { networkPlace } from "../../container/state/network-place.ts";
import { findNetwork } from "../../network/networks.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "network disconnect",
  operands: "NETWORK CONTAINER",
  summary: "Disconnect a container from a network",
  description: "Takes a container out of a network. A running one loses its interface at once.",
  examples: [
    { line: "tspod network disconnect backend postgres", help: "take a container out of a network" },
  ],
  flags: {
    force: {
      type: "boolean",
      short: "f",
      help: "Accepted for Podman's sake: a disconnection is never refused",
    },
  },
  minOperands: 2,
  maxOperands: 2,
  complete: ["network", "container"],
  async run(call) {
    const [network = "", name = ""] = call.operands;
    const engine = engineOf(call);
    const container = findContainer(engine, name);
    await disconnectNetwork(engine, container, findNetwork(networkPlace(engine), network));
  },
});
