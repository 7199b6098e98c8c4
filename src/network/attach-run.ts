import { TspodError } from "../errors.ts";
import { shortId } from "../oci/short-id.ts";
import type { NetworkAttachment } from "../options/network-mode.ts";
import { randomHex } from "../storage/random-hex.ts";
import { formatAddress, readAddress, readSubnet } from "./address.ts";
import type { AttachedAddress, AttachedNetwork } from "./attached-network.ts";
import { type AddressChoice, chooseAddress, wantedIn } from "./choose-address.ts";
import type { Leases } from "./leases.ts";
import { findNetwork, type NetworkPlace } from "./networks.ts";
import type { NetworkRecord } from "./record.ts";

/** slirp4netns's: packets pass the bridge whole. */
const HELPER_MTU = 65520;

/** Who is attached. */
export interface AttachingContainer {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  /** The networks of its last run: addresses that are free stay its own. */
  readonly before: readonly AttachedNetwork[];
  /** Subnets that it may reach; absent: all. */
  readonly egress?: readonly string[] | undefined;
}

export interface AttachSurroundings {
  readonly place: NetworkPlace;
  readonly leases: Leases;
  /** Whether that container's run lives, or is being started. */
  readonly lives: (containerId: string) => boolean;
}

/**
 * Give a container its interfaces' names and addresses, in the order of its networks. The caller holds the
 * lock of the leases.
 * @param there networks that it is in already: their interfaces stay
 * @throws {NotFoundError} If a network is not there.
 * @throws {TspodError} If its driver needs root, or an address can't be had.
 */
export function attachNetworks(
  attachments: readonly NetworkAttachment[],
  container: AttachingContainer,
  { surroundings, there = [] }: { surroundings: AttachSurroundings; there?: readonly AttachedNetwork[] },
): AttachedNetwork[] {
  const attached = [...there];
  for (const attachment of attachments) {
    const record = findNetwork(surroundings.place, attachment.name);
    refuseDriver(record);
    attached.push(attachOne(attachment, container, { record, surroundings, attached }));
  }
  return attached;
}

/** @throws {TspodError} Where the network can't be used without root. */
function refuseDriver({ driver, name }: NetworkRecord): void {
  if (driver === "bridge") return;
  throw new TspodError(
    `network ${name} has the driver ${driver}, which needs an interface of the host: only root can give that to a container. Use a bridge network`,
  );
}

interface OneAttachment {
  readonly record: NetworkRecord;
  readonly surroundings: AttachSurroundings;
  readonly attached: readonly AttachedNetwork[];
}

function attachOne(
  attachment: NetworkAttachment,
  container: AttachingContainer,
  { record, surroundings, attached }: OneAttachment,
): AttachedNetwork {
  const { options = {} } = record;
  const leads = !record.internal && options.no_default_route !== "true";
  const aliases = [...new Set(attachment.aliases)];
  return {
    name: record.name,
    id: record.id,
    interface: attachment.interfaceName || freeInterface(attached),
    mac: attachment.mac ?? randomMac(),
    bridge: record.network_interface ?? record.name.slice(0, 15),
    internal: record.internal,
    dns: record.dns_enabled,
    dnsServers: record.network_dns_servers ?? [],
    mtu: Number(options.mtu ?? 0) || HELPER_MTU,
    addresses: giveAddresses(attachment, container, { record, surroundings }),
    names: [...new Set([container.name, ...aliases, shortId(container.id), container.hostname])],
    aliases,
    routes: record.routes ?? [],
    isDefault: leads && !attached.some(({ isDefault }) => isDefault),
    ...(container.egress !== undefined && { egress: container.egress }),
    ...(options.metric !== undefined && { metric: Number(options.metric) }),
  };
}

function freeInterface(attached: readonly AttachedNetwork[]): string {
  for (let number = 0; ; number++) {
    if (!attached.some((network) => network.interface === `eth${number}`)) return `eth${number}`;
  }
}

/** Locally administered, and no multicast address. */
function randomMac(): string {
  const first = ((Number(`0x${randomHex(1)}`) & 0xfc) | 0x02).toString(16).padStart(2, "0");
  return [first, ...(randomHex(5).match(/../g) ?? [])].join(":");
}

function giveAddresses(
  attachment: NetworkAttachment,
  container: AttachingContainer,
  { record, surroundings }: Pick<OneAttachment, "record" | "surroundings">,
): AttachedAddress[] {
  const wanted = wantedIn(record, attachment.ips);
  const before = container.before.find(({ id }) => id === record.id)?.addresses ?? [];
  return (record.subnets ?? []).map((entry) => {
    const choice: AddressChoice = {
      wanted: wanted.get(entry.subnet),
      before: readOptional(before.find(({ subnet }) => subnet === entry.subnet)?.ip),
      last: readOptional(surroundings.leases.last(record.name, entry.subnet)),
      holder: (address) => holderOf(address, container, surroundings),
    };
    const ip = formatAddress(chooseAddress(entry, choice));
    if (choice.wanted === undefined) surroundings.leases.setLast(record.name, entry.subnet, ip);
    const prefix = readSubnet(entry.subnet)?.prefix ?? 0;
    return {
      ip,
      subnet: entry.subnet,
      prefix,
      ...(entry.gateway !== undefined && { gateway: entry.gateway }),
    };
  });
}

function readOptional(text: string | undefined) {
  return text === undefined ? undefined : readAddress(text);
}

function holderOf(
  address: string,
  { id }: AttachingContainer,
  { leases, lives }: AttachSurroundings,
): string | undefined {
  const owner = leases.of(address);
  return owner !== undefined && owner !== id && lives(owner) ? owner : undefined;
}
