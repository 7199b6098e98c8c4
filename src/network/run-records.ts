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
  const target = forwardAddress(networks);
  const lines = [
    ...networks.map((network) => ["bridge", network.name, ...words(network, { servers, all })]),
    ...(target === undefined ? [] : forwards.map((forward) => forwardWords(forward, target))),
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
    ...(network.egress === undefined ? [] : ["egress-closed=1", ...egressWords(network.egress)]),
    ...network.names.map((name) => `name=${name}`),
    ...servers.map((server) => `server=${server}`),
    ...network.dnsServers.map((server) => `network-server=${server}`),
  ];
}

/** Clients on the host's loopback are seen as slirp4netns's gateway, which leads nowhere else. */
function egressWords(egress: readonly string[]): string[] {
  return ["10.0.2.2/32", ...egress].map((subnet) => `egress=${subnet}`);
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
 * Where published ports lead: through which network a client comes must not matter, so the one that leads
 * out.
 */
export function forwardAddress(networks: readonly AttachedNetwork[]): string | undefined {
  const ordered = [...networks].sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  return ordered
    .flatMap(({ addresses }) => addresses.map(({ ip }) => ip))
    .find((ip) => readAddress(ip)?.family === 4);
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
