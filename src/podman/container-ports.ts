import type { NetworkOptions } from "../options/create-options.ts";
import type { PortMapping } from "../options/network-mode.ts";
import { goMap } from "./go/value.ts";

/** Where a port is published for which no address was given. */
export const ANY_ADDRESS = "0.0.0.0";

/**
 * The PORTS column: `0.0.0.0:8080-8081->80-81/tcp, 443-445/tcp`. Neighbours become a range; ports that are
 * only exposed come last.
 */
export function formatPorts({ ports, exposed }: Pick<NetworkOptions, "ports" | "exposed">): string {
  const published = mergeNeighbours([...ports].sort(comparePorts)).map(formatMapping);
  const open = exposed
    .filter(({ port, protocol }) => !ports.some((mapping) => covers(mapping, port, protocol)))
    .map(({ port, protocol }) => ({ hostIp: "", containerPort: port, hostPort: port, range: 1, protocol }));
  return [...published, ...mergeNeighbours(open.sort(comparePorts)).map(formatExposed)].join(", ");
}

/** Port → protocols, of those that the image or `--expose` names; null where there is none. */
export function exposedPortsMap({
  exposed,
}: Pick<NetworkOptions, "exposed">): ReadonlyMap<string, string[]> | null {
  const protocols: Record<string, string[]> = {};
  for (const { port, protocol } of exposed) protocols[port] = [...(protocols[port] ?? []), protocol];
  return exposed.length === 0 ? null : goMap(protocols);
}

function covers({ containerPort, range, protocol }: PortMapping, port: number, wanted: string): boolean {
  return protocol === wanted && port >= containerPort && port < containerPort + range;
}

/** By address, protocol and port. */
export function comparePorts(a: PortMapping, b: PortMapping): number {
  return (
    compareText(a.hostIp, b.hostIp) ||
    compareText(a.protocol, b.protocol) ||
    a.containerPort - b.containerPort ||
    a.hostPort - b.hostPort
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mergeNeighbours(ports: readonly PortMapping[]): PortMapping[] {
  const merged: PortMapping[] = [];
  for (const port of ports) {
    const last = merged.at(-1);
    if (last !== undefined && follows(last, port))
      merged[merged.length - 1] = { ...last, range: last.range + port.range };
    else merged.push(port);
  }
  return merged;
}

function follows(a: PortMapping, b: PortMapping): boolean {
  return (
    a.hostIp === b.hostIp &&
    a.protocol === b.protocol &&
    a.containerPort + a.range === b.containerPort &&
    a.hostPort + a.range === b.hostPort
  );
}

function formatMapping({ hostIp, hostPort, containerPort, range, protocol }: PortMapping): string {
  const host = `${hostIp || ANY_ADDRESS}:${span(hostPort, range)}`;
  return `${host}->${span(containerPort, range)}/${protocol}`;
}

function formatExposed({ containerPort, range, protocol }: PortMapping): string {
  return `${span(containerPort, range)}/${protocol}`;
}

function span(port: number, range: number): string {
  return range > 1 ? `${port}-${port + range - 1}` : String(port);
}
