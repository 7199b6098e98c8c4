import { basename, join } from "node:path";
import { TspodError } from "../../../errors.ts";
import type { AttachedNetwork } from "../../../network/attached-network.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import type { PortMapping, SlirpOptions } from "../../../options/network-mode.ts";
import { eachPort } from "../../../options/port-change.ts";
import { shareOutPorts } from "../../../options/port-handlers.ts";
import { libDirectory } from "../../../os/program-files.ts";
import type { PlanRecord } from "../../../protocol/plan.ts";
import {
  addHostForward,
  type SlirpAddresses,
  slirpAddresses,
  slirpCommand,
} from "../../../rootless/slirp4netns.ts";
import { hasOwnUserNamespace } from "../../../spec/generate/id-maps.ts";
import type { ContainerPaths } from "../../state/paths.ts";

/** How a container gets its network: what the monitor does, and what the runtime joins. */
export interface NetworkPlan {
  readonly records: readonly PlanRecord[];
  /** Path of the network namespace for the runtime to join; undefined: a new one, or that of the host. */
  readonly namespace: string | undefined;
  /** With slirp4netns. */
  readonly addresses: SlirpAddresses | undefined;
  /** Of the helper, where that is not slirp4netns. */
  readonly nameserver?: string | undefined;
  /** With pasta: where the container reaches the host; absent: nowhere. */
  readonly hostAddress?: string | undefined;
  /** With pasta: the address that the container has. */
  readonly ownAddress?: string | undefined;
  /** With networks of names. */
  readonly networks?: readonly AttachedNetwork[];
}

export interface NetworkSurroundings {
  readonly paths: ContainerPaths;
  /** The user's PATH. */
  readonly path: string | undefined;
  /** `--network-cmd-path`. */
  readonly slirpPath?: string | undefined;
  /** Pid of a running container by its name or ID, for `--network container:`. */
  readonly pidOf: (container: string) => number;
}

const NO_NETWORK: NetworkPlan = { records: [], namespace: undefined, addresses: undefined };

/**
 * The network of a container, as data. With host the runtime does all there is to do. With none it could: but
 * the kernel takes 10 ms to make a network namespace, which the monitor has to spare.
 * @throws {TspodError} If the mode is one that tspod does not have, or its helper is not installed.
 */
export function planNetwork(options: CreateOptions, surroundings: NetworkSurroundings): NetworkPlan {
  const { network } = options;
  const { mode } = network;
  switch (mode.kind) {
    case "none":
      return hasOwnUserNamespace(options) ? NO_NETWORK : emptyNamespace(surroundings.paths);
    case "host":
      return NO_NETWORK;
    case "path":
      return { ...NO_NETWORK, namespace: mode.path };
    case "container":
      return { ...NO_NETWORK, namespace: `/proc/${surroundings.pidOf(mode.container)}/ns/net` };
    case "slirp4netns": {
      const plan = slirpPlan(mode.options, eachPort(network.ports), surroundings);
      return hasOwnUserNamespace(options) ? latePlan(plan) : plan;
    }
    case "bridge":
    case "pasta":
      throw new TspodError(`${mode.kind}: planBridges() and planPasta() plan that`);
  }
}

/**
 * What slirp4netns can't do (native/network/relay.h): answer to UDP from the host's own 127.0.0.1, beside it;
 * and the ports of tcp that it does not get.
 */
function relayRecord(
  ports: readonly PortMapping[],
  { netns, addresses }: { netns: string; addresses: SlirpAddresses },
): PlanRecord[] {
  const forwards = ports.map(({ protocol, hostIp, hostPort, containerPort }) =>
    [protocol, hostIp || "0.0.0.0", hostPort, addresses.container, containerPort].join(","),
  );
  if (forwards.length === 0) return [];
  return [["network-relay", join(libDirectory, "tspod-network"), "relay", netns, ...forwards]];
}

/**
 * The network namespace has to belong to the container's own user namespace, which only the runtime makes.
 */
export function latePlan(plan: NetworkPlan): NetworkPlan {
  return { ...plan, records: [["netns-of-process"], ...plan.records], namespace: undefined };
}

function emptyNamespace({ netns }: ContainerPaths): NetworkPlan {
  return { ...NO_NETWORK, records: [["netns", netns]], namespace: netns };
}

function slirpPlan(
  options: SlirpOptions,
  ports: readonly PortMapping[],
  { paths, path, slirpPath }: NetworkSurroundings,
): NetworkPlan {
  const addresses = slirpAddresses(options.cidr);
  const { forwarded, relayed } = shareOutPorts(ports, options.portHandler);
  const apiSocket = ports.length > 0 ? paths.slirpSocket : undefined;
  // Relative to the directory that the monitor runs it in: a socket's path ends at 108 bytes (unix(7)).
  const relative = apiSocket === undefined ? undefined : basename(apiSocket);
  const command = slirpCommand(options, {
    netns: paths.netns,
    apiSocket: relative,
    path,
    program: slirpPath,
  });
  const requests = forwarded.map(
    (port): PlanRecord => ["network-request", addHostForward({ ...port, containerIp: addresses.container })],
  );
  const api: PlanRecord[] = apiSocket === undefined ? [] : [["network-api", apiSocket], ...requests];
  const local = forwarded.filter(
    ({ protocol, hostIp }) => protocol === "udp" && (hostIp === "" || hostIp.startsWith("127.")),
  );
  const relay = relayRecord([...local, ...relayed], { netns: paths.netns, addresses });
  return {
    records: [["netns", paths.netns], ["network", ...command], ...api, ...relay],
    namespace: paths.netns,
    addresses,
  };
}
