import { messageChain, NotFoundError, TspodError } from "../errors.ts";
import { readAddress } from "../network/address.ts";
import { findNetwork, lockNetworks, writeNetwork } from "../network/networks.ts";
import { refreshNetworks } from "./connect-network.ts";
import { networkUsers } from "./remove-network.ts";
import type { Engine } from "./state/engine.ts";
import type { Container } from "./state/list.ts";
import { networkPlace } from "./state/network-place.ts";
import { EndedMeanwhileError } from "./tell-monitor.ts";

/**
 * Change the name servers that a network's containers are answered by for other names; at once. The network's
 * file is what counts: a container that can't be told keeps no other one from it, and the same call again,
 * or its next start, brings it up to date.
 * @returns the network's name
 * @throws {NotFoundError} If there is no such network.
 * @throws {TspodError} If one is no address, or one to be dropped isn't there, or the network has no names;
 *   or, with the change made, if a container that runs can't be told of it.
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
  const untold: string[] = [];
  for (const container of networkUsers(engine, name)) {
    const reason = await tellServers(engine, container, { name, servers });
    if (reason !== undefined) untold.push(`${container.record.name} does not have them yet: ${reason}`);
  }
  if (untold.length > 0)
    throw new TspodError(`the name servers of network ${name} are changed, but ${untold.join("; ")}`);
  return name;
}

/** Returns why a container that runs does not know the network's servers. */
async function tellServers(
  engine: Engine,
  container: Container,
  { name, servers }: { readonly name: string; readonly servers: readonly string[] },
): Promise<string | undefined> {
  try {
    await refreshNetworks(engine, container, (networks) =>
      networks.map((network) => (network.name === name ? { ...network, dnsServers: servers } : network)),
    );
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    // It has ended, or has been removed, since it was listed: its next start reads the file.
    if (error instanceof EndedMeanwhileError || error instanceof NotFoundError) return undefined;
    return messageChain(error);
  }
  return undefined;
}
