import type { NetworkOptions } from "../options/create-options.ts";
import type { PortMapping } from "../options/network-mode.ts";

/**
 * The PORTS column: `0.0.0.0:8080-8081->80-81/tcp, 443/tcp`. Neighbours become a range; ports that are only
 * exposed come last.
 */
export function formatPorts({ ports, exposed }: Pick<NetworkOptions, "ports" | "exposed">): string {
  const published = mergeNeighbours([...ports].sort(comparePorts)).map(formatMapping);
  const open = exposed
    .filter(({ port, protocol }) => !ports.some((mapping) => covers(mapping, port, protocol)))
    .map(({ port, protocol }) => `${port}/${protocol}`);
  return [...published, ...open].join(", ");
}

function covers({ containerPort, range, protocol }: PortMapping, port: number, wanted: string): boolean {
  return protocol === wanted && port >= containerPort && port < containerPort + range;
}

function comparePorts(a: PortMapping, b: PortMapping): number {
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
  const span = (port: number): string => (range > 1 ? `${port}-${port + range - 1}` : String(port));
  return `${hostIp || "0.0.0.0"}:${span(hostPort)}->${span(containerPort)}/${protocol}`;
}
