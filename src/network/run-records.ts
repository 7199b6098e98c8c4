import { TspodError } from "../errors.ts";
import { readAddress, readSubnet } from "./address.ts";
import type { AttachedNetwork } from "./attached-network.ts";
import { areIsolated } from "./isolation.ts";
import type { NetworkRecord } from "./record.ts";

export interface RunForward {
  readonly protocol: string;
  /** Empty: every address. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

export interface RunRecordParts {
  readonly networks: readonly AttachedNetwork[];
  /** In the order in which a failure is counted. */
  readonly forwards: readonly RunForward[];
  /** `--dns`: the servers that this container asks for names that no network has. */
  readonly servers: readonly string[];
  /** All networks there are, for isolation. */
  readonly all: readonly NetworkRecord[];
}

/** The monitor's file of networks (native/protocol.h, `networks`). */
export function runRecords({ networks, forwards, servers, all }: RunRecordParts): string {
  const lines = [
    ...networks.map((network) => ["bridge", network.name, ...words(network, { servers, all })]),
    ...forwards.flatMap((forward) => {
      const target = forwardTarget(networks, forward);
      return target === undefined ? [] : [forwardWords(forward, target)];
    }),
  ];
  return lines.map((line) => `${line.join(" ")}\n`).join("");
}

function words(
  network: AttachedNetwork,
  { servers, all }: Pick<RunRecordParts, "servers" | "all">,
): string[] {
  const { addresses } = network;
  const gateways = addresses.filter(({ gateway }) => gateway !== undefined);
  return [
    `bridge=${network.bridge}`,
    `mtu=${network.mtu}`,
    `internal=${Number(network.internal)}`,
    `dns=${Number(network.dns)}`,
    ...gateways.map(({ gateway, prefix }) => `gateway=${gateway}/${prefix}`),
    ...isolation(network, all),
    `interface=${network.interface}`,
    `mac=${network.mac}`,
    ...addresses.map(({ ip, prefix }) => `address=${ip}/${prefix}`),
    ...(network.isDefault ? gateways.map(({ gateway }) => `default=${gateway}`) : []),
    ...(network.metric === undefined ? [] : [`metric=${network.metric}`]),
    ...network.routes.map(({ destination, gateway, metric }) =>
      ["route=", [destination, gateway, ...(metric === undefined ? [] : [metric])].join(",")].join(""),
    ),
    ...(network.egress === undefined
      ? []
      : ["egress-closed=1", ...network.egress.map((subnet) => `egress=${subnet}`)]),
    ...network.names.map((name) => `name=${name}`),
    ...servers.map((server) => `server=${server}`),
    ...network.dnsServers.map((server) => `network-server=${server}`),
  ];
}

function isolation(network: AttachedNetwork, all: readonly NetworkRecord[]): string[] {
  const own = all.find(({ id }) => id === network.id);
  if (own === undefined) return [];
  return all
    .filter((other) => other.id !== own.id && areIsolated(own, other))
    .flatMap((other) =>
      pairs(own, other).map((pair) => `isolate=${other.network_interface ?? other.name},${pair}`),
    );
}

/** THEIRS,OURS for all subnets of one family. */
function pairs(own: NetworkRecord, other: NetworkRecord): string[] {
  const family = (text: string) => readSubnet(text)?.family;
  return (other.subnets ?? []).flatMap(({ subnet: theirs }) =>
    (own.subnets ?? [])
      .filter(({ subnet: ours }) => family(ours) === family(theirs))
      .map(({ subnet: ours }) => `${theirs},${ours}`),
  );
}

/**
 * Where a published port leads: through which network a client comes must not matter, so the one that leads
 * out. An address of IPv4, to which a client's address can be kept, and where there is none one of IPv6.
 * @returns undefined for a container without addresses
 * @throws {TspodError} If the port is of udp, which slirp4netns forwards, and there are only addresses of
 * IPv6.
 */
export function forwardTarget(
  networks: readonly AttachedNetwork[],
  { protocol, hostPort }: Pick<RunForward, "protocol" | "hostPort">,
): string | undefined {
  const ordered = [...networks].sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const addresses = ordered.flatMap(({ addresses }) => addresses.map(({ ip }) => ip));
  const ofIpv4 = addresses.find((ip) => readAddress(ip)?.family === 4);
  if (ofIpv4 !== undefined || protocol !== "udp") return ofIpv4 ?? addresses[0];
  if (addresses.length === 0) return undefined;
  throw new TspodError(
    `cannot publish port ${hostPort}/udp: slirp4netns forwards udp to IPv4 addresses only, and the container's networks have none. Give a network an IPv4 subnet`,
  );
}

function forwardWords({ protocol, hostIp, hostPort, containerPort }: RunForward, target: string): string[] {
  return [
    "forward",
    protocol,
    hostIp === "" ? "0.0.0.0" : hostIp,
    String(hostPort),
    target,
    String(containerPort),
  ];
}
