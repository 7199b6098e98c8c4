import { formatAddress } from "../../network/address.ts";
import { type ListeningSocket, listeningSockets } from "../../network/listening-sockets.ts";
import type { PortMapping, Protocol } from "../../options/network-mode.ts";
import { eachPort } from "../../options/port-change.ts";
import type { ContainerPlace } from "../state/list.ts";
import { listContainers } from "../state/list.ts";
import { isActive } from "../state/state.ts";

/** What keeps clients from a published port. */
export type PortFinding =
  /** Nothing in the container listens at it. */
  | { readonly kind: "silent port"; readonly port: string }
  /** What listens does so at addresses that clients don't come to. */
  | { readonly kind: "loopback port"; readonly port: string; readonly addresses: readonly string[] }
  /** Another process has the host's port; `container` has it published, where that is known. */
  | { readonly kind: "taken port"; readonly port: string; readonly container: string | undefined };

/** Ports of a running container that nothing answers at. @param pid of a process in it */
export function examineServedPorts(ports: readonly PortMapping[], pid: number): PortFinding[] {
  const sockets = listeningSockets(pid);
  return eachPort(ports).flatMap(({ containerPort, protocol }) =>
    examinePort(containerPort, protocol, sockets),
  );
}

/** What is wrong with one port of a container, given the sockets that listen in it. */
export function examinePort(
  port: number,
  protocol: Protocol,
  sockets: readonly ListeningSocket[],
): PortFinding[] {
  const name = `${port}/${protocol}`;
  const found = sockets.filter((socket) => socket.port === port && socket.protocol === protocol);
  if (protocol === "sctp" || found.some((socket) => !isLoopback(socket))) return [];
  if (found.length === 0) return [{ kind: "silent port", port: name }];
  return [{ kind: "loopback port", port: name, addresses: found.map(formatAddress) }];
}

function isLoopback({ family, value }: ListeningSocket): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n;
}

/** Ports of the host that a container which does not run could not have now. */
export function examineHostPorts(
  place: ContainerPlace,
  ports: readonly PortMapping[],
  ownId: string,
): PortFinding[] {
  if (ports.length === 0) return [];
  const sockets = listeningSockets("self");
  const others = listContainers(place).filter(({ record, state }) => record.id !== ownId && isActive(state));
  return eachPort(ports).flatMap(({ hostPort, protocol }): PortFinding[] => {
    const taken = sockets.some((socket) => socket.port === hostPort && socket.protocol === protocol);
    if (!taken) return [];
    const owner = others.find(({ record }) =>
      eachPort(record.options.network.ports).some(
        (port) => port.hostPort === hostPort && port.protocol === protocol,
      ),
    );
    return [{ kind: "taken port", port: `${hostPort}/${protocol}`, container: owner?.record.name }];
  });
}
