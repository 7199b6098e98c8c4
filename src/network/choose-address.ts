import { TspodError } from "../errors.ts";
import {
  type Address,
  contains,
  firstHost,
  formatAddress,
  lastHost,
  readAddress,
  readSubnet,
  type Subnet,
} from "./address.ts";
import type { NetworkRecord, NetworkSubnet } from "./record.ts";

export interface AddressChoice {
  /** What was asked for: an address in this subnet. */
  readonly wanted?: Address | undefined;
  /** The address that the container had before: it is kept if no other has taken it. */
  readonly before?: Address | undefined;
  /** The last address that was given in this subnet: the next one comes after it. */
  readonly last?: Address | undefined;
  /** ID of the container that has the address; undefined: free. */
  readonly holder: (address: string) => string | undefined;
}

interface Range {
  readonly subnet: Subnet;
  readonly first: bigint;
  readonly last: bigint;
  readonly gateway: bigint | undefined;
}

/**
 * An address for a container in one subnet: round robin, so that one which has just come free is not given at
 * once. The gateway's address, the network's own and that of IPv4's broadcasts are never given.
 * @throws {TspodError} If the one asked for is taken, or none is free: in Podman's words.
 */
export function chooseAddress(entry: NetworkSubnet, choice: AddressChoice): Address {
  const range = rangeOf(entry);
  if (choice.wanted !== undefined) return checkWanted(choice.wanted, choice);
  const { before } = choice;
  if (
    before !== undefined &&
    isGiven(range, before.value) &&
    contains(range.subnet, before) &&
    isFree(before, choice)
  )
    return before;
  return nextFree(range, choice);
}

function checkWanted(wanted: Address, { holder }: AddressChoice): Address {
  const text = formatAddress(wanted);
  const owner = holder(text);
  if (owner === undefined) return wanted;
  throw new TspodError(
    `IPAM error: requested ip address ${text} is already allocated to container ID ${owner}`,
  );
}

function rangeOf({ subnet: text, gateway, lease_range: range = {} }: NetworkSubnet): Range {
  const subnet = readSubnet(text);
  if (subnet === undefined) throw new TspodError(`invalid CIDR address: ${text}`);
  const read = (end: string | undefined) => (end === undefined ? undefined : readAddress(end)?.value);
  return {
    subnet,
    first: read(range.start_ip) ?? firstHost(subnet).value,
    last: read(range.end_ip) ?? lastHost(subnet).value,
    gateway: read(gateway),
  };
}

function isGiven({ subnet, first, last, gateway }: Range, value: bigint): boolean {
  if (value < first || value > last || value === gateway) return false;
  const { prefix, family } = subnet;
  const isPointToPoint = prefix >= (family === 4 ? 31 : 127);
  return isPointToPoint || (value !== subnet.base && (family === 6 || value <= lastHost(subnet).value));
}

function isFree(address: Address, { holder }: AddressChoice): boolean {
  return holder(formatAddress(address)) === undefined;
}

function nextFree(range: Range, choice: AddressChoice): Address {
  const { first, last, subnet } = range;
  const count = last - first + 1n;
  const begin = choice.last !== undefined && choice.last.value >= first ? choice.last.value + 1n - first : 0n;
  for (let i = 0n; i < count; i++) {
    const address: Address = { family: subnet.family, value: first + ((begin + i) % count) };
    if (isGiven(range, address.value) && isFree(address, choice)) return address;
  }
  const ends = [first, last].map((value) => formatAddress({ family: subnet.family, value }));
  throw new TspodError(`IPAM error: failed to find free IP in range: ${ends[0]} - ${ends[1]}`);
}

/**
 * The addresses asked for, each to its subnet.
 * @throws {TspodError} If one lies in none of them.
 */
export function wantedIn(record: NetworkRecord, texts: readonly string[]): ReadonlyMap<string, Address> {
  const wanted = new Map<string, Address>();
  for (const text of texts) {
    const address = readAddress(text);
    const entry = record.subnets?.find(({ subnet }) => {
      const parsed = readSubnet(subnet);
      return parsed !== undefined && address !== undefined && contains(parsed, address);
    });
    if (address === undefined || entry === undefined)
      throw new TspodError(`requested static ip ${text} not in any subnet on network ${record.name}`);
    wanted.set(entry.subnet, address);
  }
  return wanted;
}
