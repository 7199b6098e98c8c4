import { defineCommand } from "../../cli/define-command.ts";
import { connectNetwork } from "../../container/connect-network.ts";
import { findContainer } from "../../container/state/find.ts";
import { withBridgeFlags } from "../flags/create/bridge-from-flags.ts";
import { engineOf } from "../flags/engine-of.ts";
import { ipOfFlag } from "../flags/ip-flag.ts";

export const command = defineCommand({
  name: "network connect",
  operands: "NETWORK CONTAINER",
  summary: "Connect a container to a network",
  description:
    "Puts a container into a further network. A running one gets an interface at once, is known there by its names, and keeps the network over restarts. It must have been created in a network with a name.",
  examples: [
    { line: "tspod network connect --alias db backend postgres", help: "a container gets a second network" },
  ],
  flags: {
    alias: {
      type: "list",
      split: true,
      value: "NAME",
      help: "Further name of the container in this network",
    },
    ip: { type: "string", value: "IP", help: "Static IPv4 address" },
    ip6: { type: "string", value: "IP", help: "Static IPv6 address" },
    "mac-address": { type: "string", value: "MAC", help: "Hardware address of the interface" },
  },
  minOperands: 2,
  maxOperands: 2,
  complete: ["network", "container"],
  async run(call) {
    const [network = "", name = ""] = call.operands;
    const engine = engineOf(call);
    const { alias, ...flags } = call.flags;
    if (flags.ip !== undefined) ipOfFlag("ip", flags.ip);
    if (flags.ip6 !== undefined) ipOfFlag("ip6", flags.ip6);
    const mode = withBridgeFlags(
      { kind: "bridge", networks: [{ name: network, ips: [], aliases: [] }] },
      { ...flags, "network-alias": alias },
    );
    const [attachment] = mode.networks;
    if (attachment !== undefined) await connectNetwork(engine, findContainer(engine, name), attachment);
  },
});
