/** An IP address as a number: 32 bits of IPv4, 128 of IPv6. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A network: its first address, and how many bits all of its addresses share. */
export interface Subnet {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/** Undefined where the text is no address. */
export function readAddress(text: string): Address | undefined {
  const value = text.includes(":") ? readIpv6(text) : readIpv4(text);
  return value === undefined ? undefined : { family: text.includes(":") ? 6 : 4, value };
}

function readIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

/** RFC 4291, 2.2: eight groups, one run of zero groups as `::`, the last two perhaps as IPv4. */
function readIpv6(text: string): bigint | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const before = readGroups(head);
  const after = tail === undefined ? [] : readGroups(tail);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array<bigint>(missing).fill(0n), ...after].reduce(
    (all, group) => (all << 16n) | group,
    0n,
  );
}

function readGroups(text: string): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const ipv4 = part.includes(".") && index === parts.length - 1 ? readIpv4(part) : undefined;
    if (ipv4 !== undefined) groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

/** As the kernel and Go write it: RFC 5952 for IPv6. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  const run = longestZeros(groups);
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end - 1);
  }
  return best;
}

/** `10.1.2.3/24` is 10.1.2.0/24. Undefined where the text is no network. */
export function readSubnet(text: string): Subnet | undefined {
  const [, addressText = "", prefixText = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = readAddress(addressText);
  const prefix = Number(prefixText);
  if (address === undefined || prefixText === "" || prefix > BITS[address.family]) return undefined;
  return subnetOf(address, prefix);
}

export function subnetOf({ family, value }: Address, prefix: number): Subnet {
  const host = BigInt(BITS[family] - prefix);
  return { family, base: (value >> host) << host, prefix };
}

export function formatSubnet({ family, base, prefix }: Subnet): string {
  return `${formatAddress({ family, value: base })}/${prefix}`;
}

/** The last address; of an IPv4 network that of its broadcasts. */
export function lastAddress({ family, base, prefix }: Subnet): Address {
  return { family, value: base + (1n << BigInt(BITS[family] - prefix)) - 1n };
}

/**
 * The first address that a container or gateway can have; in a network of one or two addresses, the first.
 */
export function firstHost(subnet: Subnet): Address {
  return { family: subnet.family, value: subnet.base + (isTiny(subnet) ? 0n : 1n) };
}

/** The last address that a container can have: an IPv4 network's last one is for broadcasts. */
export function lastHost(subnet: Subnet): Address {
  const last = lastAddress(subnet);
  return subnet.family === 4 && !isTiny(subnet) ? { ...last, value: last.value - 1n } : last;
}

function isTiny({ family, prefix }: Subnet): boolean {
  return prefix >= BITS[family] - 1;
}

export function contains(subnet: Subnet, address: Address): boolean {
  return (
    subnet.family === address.family &&
    address.value >= subnet.base &&
    address.value <= lastAddress(subnet).value
  );
}

export function intersects(a: Subnet, b: Subnet): boolean {
  return a.family === b.family && a.base <= lastAddress(b).value && b.base <= lastAddress(a).value;
}

/** The network of the same size after it; undefined at the end of all addresses. */
export function nextSubnet(subnet: Subnet): Subnet | undefined {
  const base = lastAddress(subnet).value + 1n;
  return base >= 1n << BigInt(BITS[subnet.family]) ? undefined : { ...subnet, base };
}
