import type { PortMapping } from "./network-mode.ts";
import { parsePublish } from "./parse/port.ts";

/** Ranges taken apart: in the order of a container's ports. */
export function eachPort(mappings: readonly PortMapping[]): PortMapping[] {
  return mappings.flatMap((mapping) =>
    Array.from({ length: mapping.range }, (_, i) => ({
      ...mapping,
      hostPort: mapping.hostPort === 0 ? 0 : mapping.hostPort + i,
      containerPort: mapping.containerPort + i,
      range: 1,
    })),
  );
}

/**
 * A text that says which published ports are meant: `80`, `80/udp`, `8080:80`, `127.0.0.1:8080:80`, with
 * ranges.
 */
export function portMatcher(text: string): (single: PortMapping) => boolean {
  const wanted = eachPort([parsePublish(text)]);
  const saysAddress = text.split("/")[0]?.split(":").length === 3;
  return (single) =>
    wanted.some(
      (port) =>
        port.protocol === single.protocol &&
        port.containerPort === single.containerPort &&
        (port.hostPort === 0 || port.hostPort === single.hostPort) &&
        (!saysAddress || port.hostIp === single.hostIp),
    );
}

/** Singles with one address and protocol that follow each other become ranges again, as people wrote them. */
export function joinPorts(singles: readonly PortMapping[]): PortMapping[] {
  const joined: PortMapping[] = [];
  for (const port of singles) {
    const last = joined.at(-1);
    if (last !== undefined && follows(last, port))
      joined[joined.length - 1] = { ...last, range: last.range + 1 };
    else joined.push(port);
  }
  return joined;
}

function follows(range: PortMapping, next: PortMapping): boolean {
  return (
    range.hostIp === next.hostIp &&
    range.protocol === next.protocol &&
    range.hostPort + range.range === next.hostPort &&
    range.containerPort + range.range === next.containerPort
  );
}
