import type { PortMapping, SlirpOptions } from "./network-mode.ts";

/** Who listens on the host for the ports of a container with slirp4netns. */
export interface PortShares {
  readonly forwarded: readonly PortMapping[];
  /** Of tcp: served by a process of tspod's in the container's network namespace. */
  readonly relayed: readonly PortMapping[];
}

/**
 * With slirp4netns a client appears as itself, and one of the host's loopback as slirp4netns's gateway. With
 * a process of our own all appear as the container, data goes about three times as fast (what opens a
 * connection for a few bytes is a fifth slower), and the host's address may be one of IPv6. So that one has
 * the ports that only clients of the host reach, and with `port_handler=rootlesskit`, which is Podman's word
 * for such a process, all of tcp.
 * @param ports each a single one
 */
export function shareOutPorts(
  ports: readonly PortMapping[],
  handler: SlirpOptions["portHandler"],
): PortShares {
  const isRelayed = ({ protocol, hostIp }: PortMapping) =>
    protocol === "tcp" &&
    (hostIp.includes(":") ||
      handler === "rootlesskit" ||
      (handler === undefined && hostIp.startsWith("127.")));
  return { forwarded: ports.filter((port) => !isRelayed(port)), relayed: ports.filter(isRelayed) };
}
