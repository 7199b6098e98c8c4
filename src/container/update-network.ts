import { TspodError } from "../errors.ts";
import { readAddress } from "../network/address.ts";
import { findNetwork, lockNetworks, writeNetwork } from "../network/networks.ts";
import { refreshNetworks } from "./connect-network.ts";
import { networkUsers } from "./remove-network.ts";
import type { Engine } from "./state/engine.ts";
import { networkPlace } from "./state/network-place.ts";

/**
 * Change the name servers that a network's containers are answered by for other names; at once.
 * @returns the network's name
 * @throws {NotFoundError} If there is no such network.
 * @throws {TspodError} If one is no address, or one to be dropped isn't there, or the network has no names.
 */
export async function updateNetworkServers(
  engine: Engine,
  nameOrId: string,
  { add, drop }: { readonly add: readonly string[]; readonly drop: readonly string[] },
): Promise<string> {
  const place = networkPlace(engine);
  using _lock = await lockNetworks(place);
  const record = findNetwork(place, nameOrId);
  const { name, network_dns_servers: before = [] } = record;
  if (name === place.settings.defaultName)
    throw new TspodError(`the default network ${name} cannot be updated`);
  if (!record.dns_enabled)
    throw new TspodError(
      `cannot set NetworkDNSServers if DNS is not enabled for the network ${name}: invalid argument`,
    );
  for (const [servers, what] of [
    [add, "AddDNSServer"],
    [drop, "RemoveDNSServer"],
  ] as const) {
    const bad = servers.find((server) => readAddress(server) === undefined);
    if (bad !== undefined)
      throw new TspodError(`unable to parse ip ${bad} specified in ${what}: invalid argument`);
  }
  const servers = [...new Set([...before.filter((server) => !drop.includes(server)), ...add])];
  writeNetwork(place, { ...record, network_dns_servers: servers });
  for (const container of networkUsers(engine, name)) {
    await refreshNetworks(engine, container, (networks) =>
      networks.map((network) => (network.name === name ? { ...network, dnsServers: servers } : network)),
    );
  }
  return name;
}
