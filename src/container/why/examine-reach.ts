import { contains, readAddress, readSubnet } from "../../network/address.ts";
import type { AttachedNetwork } from "../../network/attached-network.ts";
import { areIsolated } from "../../network/isolation.ts";
import { listeningSockets } from "../../network/listening-sockets.ts";
import { listNetworks } from "../../network/networks.ts";
import type { Protocol } from "../../options/network-mode.ts";
import type { Engine } from "../state/engine.ts";
import { type Container, listContainers } from "../state/list.ts";
import { networkPlace } from "../state/network-place.ts";
import { readRunNetworks } from "../state/run-networks.ts";
import { isActive } from "../state/state.ts";
import { examinePort, type PortFinding } from "./examine-ports.ts";

/** What a container shall reach: a name or an address, and a port of it. */
export interface ReachTarget {
  readonly host: string;
  readonly port?: number;
  readonly protocol: Protocol;
}

/** One fact about the way from one container to another, or to an address. */
export type ReachFinding =
  | { readonly kind: "not running"; readonly container: string }
  | { readonly kind: "other mode"; readonly container: string; readonly mode: string }
  /** No container has that name: it is asked of the host's name servers. */
  | { readonly kind: "unknown name"; readonly name: string }
  | {
      readonly kind: "nothing shared";
      readonly container: string;
      readonly networks: readonly string[];
      readonly addresses: readonly string[];
      /** Whether routes keep the networks apart; otherwise the addresses are reached. */
      readonly apart: boolean;
    }
  | { readonly kind: "no names there"; readonly network: string; readonly addresses: readonly string[] }
  | { readonly kind: "found"; readonly network: string; readonly addresses: readonly string[] }
  | { readonly kind: "host loopback"; readonly address: string }
  | { readonly kind: "inner"; readonly networks: readonly string[] }
  | { readonly kind: "not allowed"; readonly allowed: readonly string[] }
  | { readonly kind: "open"; readonly address: string }
  | PortFinding;

/** Say what is in the way from a container to a target, or that nothing is. */
export function examineReach(engine: Engine, container: Container, target: ReachTarget): ReachFinding[] {
  const { record, state, paths } = container;
  const { mode } = record.options.network;
  if (!isActive(state)) return [{ kind: "not running", container: record.name }];
  const own = mode.kind === "bridge" ? readRunNetworks(paths) : [];
  if (readAddress(target.host) !== undefined && byAddress(engine, target.host) === undefined)
    return own.length === 0 ? [{ kind: "open", address: target.host }] : examineOutside(own, target.host);
  if (own.length === 0) return [{ kind: "other mode", container: record.name, mode: mode.kind }];
  const other = byAddress(engine, target.host) ?? byName(engine, target.host);
  if (other === undefined) return [{ kind: "unknown name", name: target.host }];
  return examineContainer(engine, own, { other, target });
}

function byAddress(engine: Engine, host: string): Container | undefined {
  return listContainers(engine).find(
    ({ state, paths }) =>
      isActive(state) &&
      readRunNetworks(paths).some(({ addresses }) => addresses.some(({ ip }) => ip === host)),
  );
}

/** Names are compared without case, and one that runs comes first. */
function byName(engine: Engine, host: string): Container | undefined {
  const wanted = host.toLowerCase().replace(/\.dns\.podman\.?$/, "");
  const found = listContainers(engine).filter(
    ({ record, paths }) =>
      record.name.toLowerCase() === wanted ||
      readRunNetworks(paths).some(({ names }) => names.some((name) => name.toLowerCase() === wanted)),
  );
  return found.find(({ state }) => isActive(state)) ?? found[0];
}

function examineContainer(
  engine: Engine,
  own: readonly AttachedNetwork[],
  { other, target }: { readonly other: Container; readonly target: ReachTarget },
): ReachFinding[] {
  const { record, state, paths } = other;
  const { mode } = record.options.network;
  if (!isActive(state)) return [{ kind: "not running", container: record.name }];
  const theirs = mode.kind === "bridge" ? readRunNetworks(paths) : [];
  if (theirs.length === 0) return [{ kind: "other mode", container: record.name, mode: mode.kind }];
  const port =
    target.port === undefined ? [] : examinePort(target.port, target.protocol, listeningSockets(state.pid));
  const shared = theirs.filter(({ id }) => own.some((network) => network.id === id));
  const [first] = shared;
  if (first === undefined) return [strangers(engine, own, { record, theirs }), ...port];
  const named = shared.find(({ dns }) => dns);
  const { name: network, addresses } = named ?? first;
  const ips = addresses.map(({ ip }) => ip);
  return [{ kind: named === undefined ? "no names there" : "found", network, addresses: ips }, ...port];
}

/** Two containers that are in no network together. */
function strangers(
  engine: Engine,
  own: readonly AttachedNetwork[],
  { record, theirs }: { readonly record: Container["record"]; readonly theirs: readonly AttachedNetwork[] },
): ReachFinding {
  const all = listNetworks(networkPlace(engine));
  const recordOf = ({ id }: AttachedNetwork) => all.find((network) => network.id === id);
  const open = own.some((from) =>
    theirs.some((to) => {
      const [a, b] = [recordOf(from), recordOf(to)];
      if (a === undefined || b === undefined || from.internal || to.internal) return false;
      return !areIsolated(a, b);
    }),
  );
  return {
    kind: "nothing shared",
    container: record.name,
    networks: theirs.map(({ name }) => name),
    addresses: theirs.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)),
    apart: !open || own.some(({ egress }) => egress !== undefined),
  };
}

/** slirp4netns's gateway, where the host's loopback would be. */
const HOST_LOOPBACK = "10.0.2.2";

/** An address that no container has. */
function examineOutside(own: readonly AttachedNetwork[], host: string): ReachFinding[] {
  const address = readAddress(host);
  const within = (subnet: string) => {
    const parsed = readSubnet(subnet);
    return parsed !== undefined && address !== undefined && contains(parsed, address);
  };
  if (own.some(({ addresses }) => addresses.some(({ subnet }) => within(subnet))))
    return [{ kind: "unknown name", name: host }];
  if (host === HOST_LOOPBACK || host.startsWith("127.")) return [{ kind: "host loopback", address: host }];
  if (!own.some(({ isDefault }) => isDefault))
    return [{ kind: "inner", networks: own.map(({ name }) => name) }];
  const allowed = own.find(({ egress }) => egress !== undefined)?.egress;
  if (allowed !== undefined && !allowed.some(within)) return [{ kind: "not allowed", allowed }];
  return [{ kind: "open", address: host }];
}
