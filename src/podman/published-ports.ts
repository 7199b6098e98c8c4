import { TspodError } from "../errors.ts";
import type { PortMapping } from "../options/network-mode.ts";

export interface PublishedPort {
  /** In the container: `80/tcp`. */
  readonly port: string;
  /** On the host: `0.0.0.0:8080`. */
  readonly address: string;
}

/** Every published port by itself, ranges taken apart. */
export function publishedPorts(mappings: readonly PortMapping[]): PublishedPort[] {
  return mappings.flatMap(({ hostIp, hostPort, containerPort, range, protocol }) =>
    Array.from({ length: range }, (_, offset) => ({
      port: `${containerPort + offset}/${protocol}`,
      address: `${hostIp || "0.0.0.0"}:${hostPort + offset}`,
    })),
  );
}

/**
 * `80` or `80/udp` as publishedPorts() writes it.
 * @throws {TspodError} If it is no number.
 */
export function parsePortQuery(text: string): string {
  const [number = "", protocol = "tcp", ...more] = text.split("/");
  if (more.length > 0) throw new TspodError(`port formats are port/protocol. '${text}' is invalid`);
  if (!/^\d+$/.test(number)) {
    throw new TspodError(`strconv.ParseUint: parsing ${JSON.stringify(number)}: invalid syntax`);
  }
  return `${Number(number)}/${protocol}`;
}
