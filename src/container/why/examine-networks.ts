import { formatSubnet, intersects, readSubnet } from "../../network/address.ts";
import type { AttachedNetwork } from "../../network/attached-network.ts";
import { hostSubnets } from "../../network/host-subnets.ts";
import { getNetwork, type NetworkPlace } from "../../network/networks.ts";
import type { NetworkRecord } from "../../network/record.ts";
import type { Engine } from "../state/engine.ts";
import { type Container, listContainers } from "../state/list.ts";
import { networkPlace } from "../state/network-place.ts";
import { readRunNetworks } from "../state/run-networks.ts";
import { isActive } from "../state/state.ts";
import { examineHolder, type HolderFinding } from "./examine-holder.ts";
import { examineHostPorts, examineServedPorts, type PortFinding } from "./examine-ports.ts";

/** What keeps a network from being what its containers expect. */
export type NetworkFinding =
  | { readonly kind: "missing network"; readonly network: string }
  | { readonly kind: "driver"; readonly network: string; readonly driver: string }
  /** The host, or what it has a route to, has addresses of the network. */
  | { readonly kind: "clash"; readonly network: string; readonly subnet: string; readonly host: string }
  | { readonly kind: "no names"; readonly network: string }
  | { readonly kind: "no way out"; readonly networks: readonly string[] }
  | { readonly kind: "egress"; readonly allowed: readonly string[] }
  | HolderFinding
  | PortFinding;

/** A network that a container is in, or was in its last run. */
export interface Membership {
  readonly network: string;
  readonly addresses: readonly string[];
  /** By what the others find it; none where the network has no names. */
  readonly names: readonly string[];
  /** Names of the containers that it finds there now. */
  readonly finds: readonly string[];
}

export interface NetworkReport {
  readonly memberships: readonly Membership[];
  readonly findings: readonly NetworkFinding[];
}

/** Look at a container's networks and published ports. */
export function examineNetworks(engine: Engine, container: Container): NetworkReport {
  const { record, state, paths } = container;
  const { mode, ports } = record.options.network;
  const runs = isActive(state);
  const attached = mode.kind === "bridge" ? readRunNetworks(paths) : [];
  const names = mode.kind === "bridge" ? mode.networks.map(({ name }) => name) : [];
  const others = runs ? listContainers(engine).filter((other) => other.record.id !== record.id) : [];
  return {
    memberships: runs ? attached.map((network) => membership(network, others)) : [],
    findings: [
      ...names.flatMap((name) => examineRecord(networkPlace(engine), name)),
      ...(runs ? examineAttached(attached) : []),
      ...(runs && attached.length > 0 ? examineHolder(engine.runtimeDirectory) : []),
      ...(runs ? examineServedPorts(ports, state.pid) : examineHostPorts(engine, ports, record.id)),
    ],
  };
}

function membership(network: AttachedNetwork, others: readonly Container[]): Membership {
  const neighbours = others.filter(
    ({ state, paths }) => isActive(state) && readRunNetworks(paths).some(({ id }) => id === network.id),
  );
  return {
    network: network.name,
    addresses: network.addresses.map(({ ip }) => ip),
    names: network.dns ? network.names : [],
    finds: network.dns ? neighbours.map(({ record }) => record.name) : [],
  };
}

function examineRecord(place: NetworkPlace, name: string): NetworkFinding[] {
  const record = getNetwork(place, name);
  if (record === undefined) return [{ kind: "missing network", network: name }];
  if (record.driver !== "bridge") return [{ kind: "driver", network: name, driver: record.driver }];
  return [...clashes(record), ...(record.dns_enabled ? [] : [{ kind: "no names", network: name } as const])];
}

function clashes({ name, subnets = [] }: NetworkRecord): NetworkFinding[] {
  const taken = hostSubnets();
  return subnets.flatMap(({ subnet }): NetworkFinding[] => {
    const own = readSubnet(subnet);
    const host = own && taken.find((other) => intersects(own, other));
    return host === undefined ? [] : [{ kind: "clash", network: name, subnet, host: formatSubnet(host) }];
  });
}

function examineAttached(attached: readonly AttachedNetwork[]): NetworkFinding[] {
  const [first] = attached;
  if (first === undefined) return [];
  const networks = attached.map(({ name }) => name);
  return [
    ...(attached.some(({ isDefault }) => isDefault) ? [] : [{ kind: "no way out", networks } as const]),
    ...(first.egress === undefined ? [] : [{ kind: "egress", allowed: first.egress } as const]),
  ];
}
