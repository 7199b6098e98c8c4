import { TspodError } from "../../errors.ts";
import { readAddress } from "../../network/address.ts";
import { wantedIn } from "../../network/choose-address.ts";
import { findNetwork, type NetworkPlace } from "../../network/networks.ts";
import type { NetworkAttachment } from "../../options/network-mode.ts";

const DEFAULT = "bridge";

/**
 * The networks that a container asks for by their names, which stay the same when an ID has been given.
 * @throws {NotFoundError} If one is not there.
 * @throws {TspodError} If a network is named twice, or an address is in none of its subnets.
 */
export function resolveNetworks(
  place: NetworkPlace,
  attachments: readonly NetworkAttachment[],
): NetworkAttachment[] {
  const resolved = attachments.map((attachment) => resolveOne(place, attachment));
  for (const [index, { name }] of resolved.entries()) {
    if (resolved.findIndex((other) => other.name === name) < index)
      throw new TspodError(`network ${name} is given twice: invalid argument`);
  }
  checkInterfaces(resolved);
  return resolved;
}

function resolveOne(place: NetworkPlace, attachment: NetworkAttachment): NetworkAttachment {
  const asked = attachment.name === DEFAULT ? place.settings.defaultName : attachment.name;
  const record = findNetwork(place, asked);
  for (const ip of attachment.ips) checkAddress(ip);
  wantedIn(record, attachment.ips);
  return { ...attachment, name: record.name };
}

function checkAddress(ip: string): void {
  if (readAddress(ip) === undefined) throw new TspodError(`invalid ip address "${ip}"`);
}

function checkInterfaces(attachments: readonly NetworkAttachment[]): void {
  const names = attachments.flatMap(({ interfaceName }) => interfaceName ?? []);
  const bad = names.find(
    (name) => !/^[a-zA-Z0-9_.-]{1,15}$/.test(name) || name === "lo" || name === "." || name === "..",
  );
  if (bad !== undefined) throw new TspodError(`"${bad}" is no name of an interface: invalid argument`);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new TspodError(`interface name ${twice} is given to two networks: invalid argument`);
}
