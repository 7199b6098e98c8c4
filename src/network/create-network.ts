import { nowRfc3339Nano } from "../os/time.ts";
import { appendEvent } from "../storage/events.ts";
import { randomHex } from "../storage/random-hex.ts";
import { networkEvent } from "./event.ts";
import { hostInterfaces, hostSubnets } from "./host-subnets.ts";
import { getNetwork, listNetworks, lockNetworks, type NetworkPlace, writeNetwork } from "./networks.ts";
import { type NetworkRequest, newNetwork } from "./new-network.ts";
import { inOrder, type NetworkRecord } from "./record.ts";

/**
 * Make a network.
 * @param options.orExisting give back the one of that name where there is one, as it is
 * @throws {TspodError} If it can't be, or its name, subnet or bridge is taken.
 */
export async function createNetwork(
  place: NetworkPlace,
  request: NetworkRequest,
  { orExisting = false }: { orExisting?: boolean } = {},
): Promise<NetworkRecord> {
  using _lock = await lockNetworks(place);
  const there = orExisting && request.name !== undefined ? getNetwork(place, request.name) : undefined;
  if (there !== undefined) return there;
  const made = newNetwork(request, {
    networks: listNetworks(place),
    hostSubnets: hostSubnets(),
    hostInterfaces: hostInterfaces(),
    settings: place.settings,
    now: nowRfc3339Nano(),
    id: randomHex(32),
  });
  const record = inOrder(made);
  writeNetwork(place, record);
  appendEvent(place.store, networkEvent("create", record));
  return record;
}
