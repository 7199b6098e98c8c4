import type { Membership, NetworkFinding } from "../../../../container/why/examine-networks.ts";
import type { PortFinding } from "../../../../container/why/examine-ports.ts";
import type { ReachFinding } from "../../../../container/why/examine-reach.ts";

/** A network that a container is in, in one line. */
export function describeMembership({ network, addresses, names, finds }: Membership): string {
  const called = names.length === 0 ? "" : `, found as ${names.join(", ")}`;
  return `${network}: ${addresses.join(", ") || "no address"}${called}${finds.length === 0 ? "" : `; finds ${finds.join(", ")}`}`;
}

/** What is wrong with a network or a published port, in one sentence without a full stop. */
export function describeNetwork(finding: NetworkFinding): string {
  switch (finding.kind) {
    case "missing network":
      return `the network "${finding.network}" is not there any more: "tspod network create ${finding.network}" makes one`;
    case "driver":
      return `the network "${finding.network}" has the driver ${finding.driver}, which needs root: use one with the driver bridge`;
    case "clash":
      return `${finding.network} has the addresses ${finding.subnet}, and the host reaches ${finding.host} itself: its containers don't reach that; create the network with another --subnet`;
    case "no names":
      return `${finding.network} answers no names (its DNS is switched off): containers in it are reached by address only`;
    case "no way out":
      return `${finding.networks.join(", ")}: internal, so nothing beyond is reached, and published ports aren't either; "tspod network connect" to another network opens a way`;
    case "egress":
      return `--egress lets it reach ${finding.allowed.join(", ") || "nothing"} beyond its networks; addresses that a name got later are not among them`;
    case "no holder":
      return `tspod-network, which holds the networks, is not there: its containers start it again within a second`;
    case "no slirp4netns":
      return `slirp4netns is not there, so nothing beyond the host is reached${finding.problem === "" ? "" : `: ${finding.problem}`}`;
    default:
      return describePort(finding);
  }
}

function describePort(finding: PortFinding): string {
  switch (finding.kind) {
    case "silent port":
      return `nothing in the container listens at ${finding.port}`;
    case "loopback port":
      return `what listens at ${finding.port} does so at ${finding.addresses.join(", ")} alone, where no client comes: let it listen at 0.0.0.0`;
    case "taken port":
      return finding.container === undefined
        ? `port ${finding.port} of the host is taken by another program: "ss -lnp" names it`
        : `port ${finding.port} of the host is taken by the container ${finding.container}`;
  }
}

/** One fact about the way to a target, in one sentence without a full stop. */
export function describeReach(finding: ReachFinding, name: string): string {
  switch (finding.kind) {
    case "not running":
      return `${finding.container} is not running, and only what runs has an address: "tspod start ${finding.container}"`;
    case "other mode":
      return `${finding.container} is in no network with a name (its network is ${finding.mode}): no container finds another there; run both with --network NAME`;
    case "unknown name":
      return `no container is called ${finding.name}: such a name is asked of the host's name servers`;
    case "nothing shared":
      return `${finding.container} is in ${finding.networks.join(", ")} (${finding.addresses.join(", ")}), where ${name} is not: its name is unknown there, and its addresses are ${finding.apart ? "not reached either" : "reached all the same"}; "tspod network connect ${finding.networks[0] ?? "NETWORK"} ${name}" joins them`;
    case "no names there":
      return `both are in ${finding.network}, which answers no names: only the address ${finding.addresses.join(", ")} is of use`;
    case "found":
      return `both are in ${finding.network}: the name leads to ${finding.addresses.join(", ")}`;
    case "host loopback":
      return `${finding.address} would be the host's loopback, which is closed to containers: let the service listen at another address of the host`;
    case "inner":
      return `${finding.networks.join(", ")}: internal, there is no way out`;
    case "not allowed":
      return `--egress doesn't allow it: only ${finding.allowed.join(", ") || "nothing"} is reached`;
    case "open":
      return `nothing of tspod's is in the way to ${finding.address}`;
    default:
      return describePort(finding);
  }
}
