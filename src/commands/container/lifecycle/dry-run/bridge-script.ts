import { shellWord } from "../../../../cli/output/shell-word.ts";
import type { AttachedNetwork } from "../../../../network/attached-network.ts";
import { forwardTarget } from "../../../../network/run-records.ts";
import type { PortMapping } from "../../../../options/network-mode.ts";
import { eachPort } from "../../../../options/port-change.ts";
import { forwardLine } from "./forward-line.ts";
import { INSIDE } from "./inside.ts";

/** What a script needs to know of a container's networks with names. */
export interface BridgeScript {
  readonly networks: readonly AttachedNetwork[];
  readonly ports: readonly PortMapping[];
  /** slirp4netns, and the options that it gets for every container. */
  readonly slirp: readonly string[];
}

const PREPARATION = `
# The networks. tspod has one namespace for all containers with networks, and answers their names at the gateways
# (tspod-network). This script has such a namespace for itself: other containers are not in it, and the name server
# is slirp4netns's.
${INSIDE} unshare --net sleep 2147483647 &
shared=$!
until [ "$(readlink "/proc/$shared/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; do kill -0 "$shared"; sleep 0.01; done
outside() { nsenter --target "$shared" --user --net --setuid 0 --setgid 0 -- "$@"; }
within() { nsenter --target "$holder" --user --net --setuid 0 --setgid 0 -- "$@"; }
set_in_shared() { outside sh -c 'echo "$1" >"/proc/sys/net/$2"' sh "$1" "$2"; }
set_in_shared 1 ipv4/ip_forward
outside ip link set lo up
within ip link set lo up`;

/** Bridges, interfaces, addresses and routes with ip(8), the way out with slirp4netns, then the ports. */
export function bridgeLines({ networks, ports, slirp }: BridgeScript): string[] {
  return [
    PREPARATION,
    ...networks.flatMap((network, index) => networkLines(network, index)),
    ...slirpLines(slirp),
    ...portLines(ports, networks),
  ];
}

/** Names are not answered at the gateways of a script: slirp4netns's server is asked. */
export function withoutGateways(networks: readonly AttachedNetwork[]): (text: string) => string {
  const gateways = networks.filter(({ dns }) => dns).flatMap(({ addresses }) => addresses);
  return (text) =>
    gateways.reduce(
      (all, { gateway }) =>
        gateway === undefined
          ? all
          : all.replaceAll(
              new RegExp(`^nameserver ${gateway.replaceAll(".", "\\.")}$`, "gm"),
              "nameserver 10.0.2.3",
            ),
      text,
    );
}

function networkLines(network: AttachedNetwork, index: number): string[] {
  const { name, mtu, mac, addresses, internal } = network;
  const [bridge, device] = [shellWord(network.bridge), shellWord(network.interface)];
  const outer = `veth${index}`;
  const gateways = addresses.filter(({ gateway }) => gateway !== undefined);
  return [
    `# ${name}`,
    `outside ip link add ${bridge} type bridge`,
    ...gateways.map(
      ({ gateway, prefix }) => `outside ip addr add ${gateway}/${prefix} dev ${bridge}${nodad(gateway)}`,
    ),
    `outside ip link add ${outer} mtu ${mtu} master ${bridge} type veth peer name ${device} mtu ${mtu} address ${mac} netns "$holder"`,
    `outside ip link set ${outer} up`,
    `outside ip link set ${bridge} up`,
    ...(internal ? [`set_in_shared 0 ipv4/conf/${bridge}/forwarding`] : []),
    ...egressLines(network, index),
    ...addresses.map(({ ip, prefix }) => `within ip addr add ${ip}/${prefix} dev ${device}${nodad(ip)}`),
    `within ip link set ${device} up`,
    ...routeLines(network),
  ];
}

function routeLines({ addresses, isDefault, metric = 100, routes }: AttachedNetwork): string[] {
  const leading = isDefault ? addresses.map(({ gateway }) => gateway) : [];
  return [
    ...leading
      .filter((gateway) => gateway !== undefined)
      .map((gateway) => `within ip ${family(gateway)} route add default via ${gateway} metric ${metric}`),
    ...routes.map(
      ({ destination, gateway, metric: own = 100 }) =>
        `within ip ${family(gateway)} route add ${destination} via ${gateway} metric ${own}`,
    ),
  ];
}

/** A table of routes for the container's address: what is allowed goes on, the rest is unreachable. */
function egressLines({ addresses, egress }: AttachedNetwork, index: number): string[] {
  if (egress === undefined) return [];
  const table = 1000 + index;
  return addresses.flatMap(({ ip }) => [
    `outside ip ${family(ip)} rule add from ${ip} lookup ${table} priority 900`,
    ...egress
      .filter((subnet) => family(subnet) === family(ip))
      .map((subnet) => `outside ip ${family(ip)} route add throw ${subnet} table ${table}`),
    `outside ip ${family(ip)} route add unreachable default table ${table}`,
  ]);
}

function family(address: string): "-4" | "-6" {
  return address.includes(":") ? "-6" : "-4";
}

/** An IPv6 address is of use at once, without being looked for elsewhere first. */
function nodad(address = ""): string {
  return family(address) === "-6" ? " nodad" : "";
}

/** Its tap answers for the containers' addresses, at once. */
function slirpLines(slirp: readonly string[]): string[] {
  const command = slirp.map(shellWord).join(" ");
  return [
    "",
    "# The way out. One byte on descriptor 3 says that it is there.",
    `${INSIDE} ${command} --api-socket "$work/run/slirp.sock" -c -r 3 --netns-type=path "/proc/$shared/ns/net" tap0 3>"$work/ready" >/dev/null 2>&1 &`,
    "network=$!",
    'until [ -s "$work/ready" ]; do kill -0 "$network"; sleep 0.01; done',
    "set_in_shared 1 ipv4/conf/tap0/proxy_arp",
    "set_in_shared 0 ipv4/neigh/tap0/proxy_delay",
  ];
}

function portLines(ports: readonly PortMapping[], networks: readonly AttachedNetwork[]): string[] {
  return eachPort(ports).flatMap(({ protocol, hostIp, hostPort, containerPort }) => {
    const target = forwardTarget(networks, { protocol, hostPort });
    if (target === undefined) return [];
    if (hostIp.includes(":") || target.includes(":"))
      return [`# Port ${hostPort} is tspod's own to serve: slirp4netns forwards IPv4 only.`];
    return [
      forwardLine(
        { protocol, hostIp, hostPort, containerIp: target, containerPort },
        '"$work/run/slirp.sock"',
      ),
    ];
  });
}
