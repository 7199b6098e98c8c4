import { TspodError } from "../errors.ts";
import { firstHost, formatAddress, formatSubnet, readSubnet } from "./address.ts";
import type { NetworkRecord } from "./record.ts";
import type { NetworkSettings } from "./settings.ts";

/** SHA-256 of the name `podman`, as in Podman: scripts know it. */
export const PODMAN_ID = "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9";

/**
 * The network that is there without a file: it has no names, for compatibility with Docker. A file of its
 * name takes its place.
 * @param id of a name other than `podman`
 * @throws {TspodError} If default_subnet of containers.conf is no network.
 */
export function defaultNetwork(
  { defaultName, defaultSubnet }: NetworkSettings,
  id = PODMAN_ID,
): NetworkRecord {
  const subnet = readSubnet(defaultSubnet);
  if (subnet === undefined) {
    throw new TspodError(
      `default_subnet of containers.conf: "${defaultSubnet}" is no network such as 10.88.0.0/16`,
    );
  }
  return {
    name: defaultName,
    id,
    driver: "bridge",
    network_interface: "podman0",
    // As in Podman, which makes it anew at each call: `--filter until` never finds it.
    created: new Date().toISOString(),
    subnets: [{ subnet: formatSubnet(subnet), gateway: formatAddress(firstHost(subnet)) }],
    ipv6_enabled: false,
    internal: false,
    dns_enabled: false,
    ipam_options: { driver: "host-local" },
  };
}
