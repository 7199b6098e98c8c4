import { TspodError } from "../../errors.ts";
import type { PortMapping, Protocol } from "../network-mode.ts";
import { isIpAddress } from "./ip-address.ts";

const FORMAT = "invalid port format - format is [[hostIP:]hostPort:]containerPort";
const PORT_MAX = 65535;

/** `--publish [[ip:][hostPort]:]containerPort[/protocol]`. @throws {TspodError} If it is not of that form. */
export function parsePublish(text: string): PortMapping {
  const [ports = "", protocolText = "tcp", ...more] = text.split("/");
  if (more.length > 0) throw new TspodError("invalid port format - protocol can only be specified once");
  const { hostIp, hostPort, containerPort } = splitPublish(ports);
  if (containerPort === "") throw new TspodError("must provide a non-empty container port to publish");
  const container = parseRange(containerPort, "parsing container port");
  const protocol = parseProtocol(protocolText);
  const address = checkHostIp(hostIp);
  if (hostPort === "")
    return {
      hostIp: address,
      hostPort: 0,
      containerPort: container.first,
      range: container.length,
      protocol,
    };
  const host = parseRange(hostPort, "parsing host port");
  if (host.length !== container.length) {
    throw new TspodError(
      `host and container port ranges have different lengths: ${host.length} vs ${container.length}`,
    );
  }
  return {
    hostIp: address,
    hostPort: host.first,
    containerPort: container.first,
    range: host.length,
    protocol,
  };
}

interface PublishParts {
  readonly hostIp: string;
  readonly hostPort: string;
  readonly containerPort: string;
}

function splitPublish(text: string): PublishParts {
  const [bracketed, ipv6] = /^\[([^\]]*)\]:/.exec(text) ?? [];
  if (bracketed !== undefined && ipv6 !== undefined) {
    const parts = text.slice(bracketed.length).split(":");
    const [hostPort, containerPort] = parts;
    if (hostPort === undefined || containerPort === undefined || parts.length > 2)
      throw new TspodError(FORMAT);
    return { hostIp: ipv6, hostPort, containerPort };
  }
  const parts = text.split(":");
  if (text.startsWith("[") || parts.length > 3) throw new TspodError(FORMAT);
  const [containerPort = "", hostPort = "", hostIp = ""] = parts.reverse();
  if (parts.length > 2 && hostIp === "")
    throw new TspodError("must provide a non-empty container host IP to publish");
  return { hostIp, hostPort, containerPort };
}

function checkHostIp(text: string): string {
  if (text === "" || text === "0.0.0.0") return "";
  if (!isIpAddress(text)) throw new TspodError(`cannot parse "${text}" as an IP address`);
  return text;
}

/**
 * `--expose PORT[-PORT][/protocol]`: each port of the range. @throws {TspodError} If it is not of that form.
 */
export function parseExpose(text: string): { port: number; protocol: Protocol }[] {
  const [ports = "", protocolText = "tcp"] = text.split("/");
  const doing = `invalid range format for --expose: ${text}`;
  if (!/^\d+(?:-\d+)?$/.test(ports)) {
    const wrong = ports.split("-").find((port) => !/^\d+$/.test(port)) ?? ports;
    throw new TspodError(`${doing}: strconv.ParseUint: parsing "${wrong}": invalid syntax`);
  }
  const { first, length } = parseRange(ports, doing);
  let protocol: Protocol;
  try {
    protocol = parseProtocol(protocolText);
  } catch (cause) {
    throw new TspodError(`validating protocols for exposed port ${ports}`, { cause });
  }
  return Array.from({ length }, (_, index) => ({ port: first + index, protocol }));
}

function parseRange(text: string, doing: string): { first: number; length: number } {
  const [start = "", end, ...more] = text.split("-");
  if (more.length > 0)
    throw new TspodError(`${doing}: invalid port format - port ranges are formatted as startPort-stopPort`);
  const first = parsePort(start, doing);
  const last = end === undefined ? first : parsePort(end, doing);
  if (end !== undefined && last <= first) {
    throw new TspodError(
      `${doing}: the end port of a range must be higher than the start port - ${last} is not higher than ${first}`,
    );
  }
  return { first, length: last - first + 1 };
}

function parsePort(text: string, doing: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new TspodError(`${doing}: invalid port number: strconv.Atoi: parsing "${text}": invalid syntax`);
  }
  const port = Number(text);
  if (port < 1 || port > PORT_MAX) {
    throw new TspodError(`${doing}: port numbers must be between 1 and ${PORT_MAX} (inclusive), got ${port}`);
  }
  return port;
}

function parseProtocol(text: string): Protocol {
  const protocol = text.toLowerCase();
  if (protocol === "tcp" || protocol === "udp" || protocol === "sctp") return protocol;
  throw new TspodError(`unrecognized protocol "${text}" in port mapping`);
}

/**
 * The mappings without repetitions.
 * @throws {TspodError} If one host port would lead to two container ports.
 */
export function mergePorts(mappings: readonly PortMapping[]): PortMapping[] {
  const taken = new Map<string, number>();
  return mappings.filter((mapping) => {
    if (mapping.hostPort === 0) return true;
    const known = singlePorts(mapping).filter(([key, port]) => {
      const containerPort = taken.get(key);
      if (containerPort !== undefined && containerPort !== port) {
        throw new TspodError(
          `conflicting port mappings for host port ${mapping.hostPort} (protocol ${mapping.protocol})`,
        );
      }
      taken.set(key, port);
      return containerPort !== undefined;
    });
    return known.length < mapping.range;
  });
}

function singlePorts({ hostIp, hostPort, containerPort, range, protocol }: PortMapping): [string, number][] {
  return Array.from({ length: range }, (_, index) => [
    `${hostIp} ${hostPort + index} ${protocol}`,
    containerPort + index,
  ]);
}
