import type { AttachedAddress, AttachedNetwork } from "../../network/attached-network.ts";
import { shortId } from "../../oci/short-id.ts";
import type { NetworkMode } from "../../options/network-mode.ts";

/** The address fields of Podman's InspectBasicNetworkConfig. */
export interface Endpoint {
  readonly EndpointID: string;
  readonly Gateway: string;
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly SecondaryIPAddresses?: readonly { readonly Addr: string; readonly PrefixLength: number }[];
  readonly IPv6Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly MacAddress: string;
}

export const NO_ENDPOINT: Endpoint = {
  EndpointID: "",
  Gateway: "",
  IPAddress: "",
  IPPrefixLen: 0,
  IPv6Gateway: "",
  GlobalIPv6Address: "",
  GlobalIPv6PrefixLen: 0,
  MacAddress: "",
};

/** The addresses of a container in one network. */
export function endpointOf({ addresses, mac }: AttachedNetwork): Endpoint {
  const isIpv6 = ({ ip }: AttachedAddress) => ip.includes(":");
  const [first, ...others] = addresses.filter((address) => !isIpv6(address));
  const six = addresses.find(isIpv6);
  return {
    EndpointID: "",
    Gateway: first?.gateway ?? "",
    IPAddress: first?.ip ?? "",
    IPPrefixLen: first?.prefix ?? 0,
    ...(others.length > 0 && {
      SecondaryIPAddresses: others.map(({ ip, prefix }) => ({ Addr: ip, PrefixLength: prefix })),
    }),
    IPv6Gateway: six?.gateway ?? "",
    GlobalIPv6Address: six?.ip ?? "",
    GlobalIPv6PrefixLen: six?.prefix ?? 0,
    MacAddress: mac,
  };
}

/**
 * Inspect's NetworkSettings.Networks: addresses while the container runs, otherwise only what it is going to
 * have; without networks that have names, the mode in their place.
 * @param attached of the last run
 * @param hostname of the container
 */
export function networksOf(
  mode: NetworkMode,
  {
    running,
    attached,
    id,
    hostname,
  }: { running: boolean; attached: readonly AttachedNetwork[]; id: string; hostname: string },
): Record<string, object> {
  if (mode.kind === "container" || mode.kind === "path") return {};
  if (mode.kind !== "bridge") return { [mode.kind]: entryOf(NO_ENDPOINT, { id: mode.kind, aliases: null }) };
  return Object.fromEntries(
    mode.networks.map(({ name, aliases }) => {
      const found = attached.find((network) => network.name === name);
      const endpoint = running && found !== undefined ? endpointOf(found) : NO_ENDPOINT;
      const all = [...new Set([...aliases, shortId(id), hostname])];
      return [name, entryOf(endpoint, { id: found?.id ?? name, aliases: all })];
    }),
  );
}

function entryOf(
  endpoint: Endpoint,
  { id, aliases }: { id: string; aliases: readonly string[] | null },
): object {
  return { ...endpoint, NetworkID: id, DriverOpts: null, IPAMConfig: null, Links: null, Aliases: aliases };
}
