import { defineCommand } from "../../cli/define-command.ts";
import { networkPlace } from "../../container/state/network-place.ts";
import { FlagValueError, TspodError } from "../../errors.ts";
import { createNetwork } from "../../network/create-network.ts";
import { isIpAddress } from "../../options/parse/ip-address.ts";
import { parseNamed } from "../../options/parse/key-value.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "network create",
  operands: "[NAME]",
  summary: "Create a network",
  description: `Makes a network whose containers reach each other by name, and prints its name; without one it is called podman1, podman2, ….

    Containers of a network have addresses of its subnet, which is chosen where none is given: one that neither the host nor another network has. They find each other by name at the network's gateway, which asks the host's name servers for all others. Networks of the drivers macvlan and ipvlan can be made and looked at, but need root to be used.`,
  examples: [
    { line: "tspod network create web", help: "a network with a free subnet" },
    {
      line: "tspod network create --subnet 10.7.0.0/24 --ip-range 10.7.0.128/25 --label app=shop shop",
      help: "a network with a subnet and addresses of one's choice",
    },
    { line: "tspod network create --internal backend", help: "a network from which nothing leads out" },
    {
      line: "tspod network create --opt isolate=strict alone",
      help: "a network that no other network's containers reach",
    },
  ],
  flags: {
    "disable-dns": { type: "boolean", help: "Answer no names in this network" },
    dns: {
      type: "list",
      split: true,
      value: "IP",
      help: "Name server that is asked for names which the network does not have",
    },
    driver: {
      type: "string",
      short: "d",
      value: "DRIVER",
      default: "bridge",
      emptyIsAbsent: true,
      help: "Driver of the network: bridge, macvlan or ipvlan",
    },
    gateway: {
      type: "list",
      split: true,
      value: "IP",
      help: "Gateway of the subnet at the same place of the command line",
    },
    ignore: { type: "boolean", help: "Leave a network of that name as it is, and print its name" },
    "interface-name": { type: "string", value: "NAME", help: "Name of the bridge" },
    internal: { type: "boolean", help: "Let no container of the network reach anything beyond it" },
    "ip-range": {
      type: "list",
      value: "RANGE",
      help: "Addresses for containers: a part of the subnet in CIDR form, or FIRST-LAST",
    },
    "ipam-driver": {
      type: "string",
      value: "DRIVER",
      help: "Who chooses addresses: host-local, dhcp or none",
    },
    ipv6: { type: "boolean", help: "Add an IPv6 subnet; it reaches the network's own containers only" },
    label: { type: "list", value: "KEY=VALUE", help: "Set metadata for the network" },
    opt: {
      type: "list",
      short: "o",
      value: "KEY=VALUE",
      help: "Set an option of the driver: mtu, isolate (true, strict), metric, no_default_route, com.docker.network.bridge.name",
    },
    route: {
      type: "list",
      value: "DESTINATION,GATEWAY[,METRIC]",
      help: "Add a route to the containers of the network",
    },
    subnet: { type: "list", value: "SUBNET", help: "Subnet of the network, in CIDR form" },
  },
  maxOperands: 1,
  async run(call) {
    const { flags } = call;
    const name = call.operands[0] || undefined; // as Podman: an empty one is none
    if (flags.ignore && name === undefined) throw new TspodError("--ignore needs the name of a network");
    const record = await createNetwork(
      networkPlace(engineOf(call)),
      {
        ...(name !== undefined && { name }),
        driver: flags.driver,
        subnets: flags.subnet,
        gateways: flags.gateway.map(gatewayOf),
        ranges: flags["ip-range"],
        routes: flags.route,
        dnsServers: flags.dns,
        internal: flags.internal,
        ipv6: flags.ipv6,
        dns: !flags["disable-dns"],
        labels: parseNamed(flags.label, "failed to parse labels"),
        options: parseNamed(flags.opt, "unable to parse options"),
        ...(flags["interface-name"] !== undefined && { interfaceName: flags["interface-name"] }),
        ...(flags["ipam-driver"] !== undefined && { ipamDriver: flags["ipam-driver"] }),
      },
      { orExisting: flags.ignore },
    );
    call.print(record.name);
  },
});

/** As pflag, which refuses it before anything is looked at; an empty one is none. */
function gatewayOf(text: string): string {
  if (text === "" || isIpAddress(text)) return text;
  throw new FlagValueError("gateway", text, `invalid string being converted to IP address: ${text}`);
}
