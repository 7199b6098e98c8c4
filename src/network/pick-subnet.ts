import { randomHex } from "../storage/random-hex.ts";
import {
  contains,
  intersects,
  lastAddress,
  nextSubnet,
  readAddress,
  readSubnet,
  type Subnet,
  subnetOf,
} from "./address.ts";
import type { NetworkSettings } from "./settings.ts";

/** slirp4netns's own addresses in the shared namespace: no container could be reached at one of them. */
export const HELPER_SUBNET = "10.0.2.0/24";

/**
 * The first free subnet of the pools: one that intersects neither another network nor anything of the host.
 * @param used subnets of the other networks, of the host's interfaces and routes
 * @returns undefined where there is none
 */
export function pickSubnet(pools: NetworkSettings["pools"], used: readonly Subnet[]): Subnet | undefined {
  for (const { base, size } of pools) {
    const pool = readSubnet(base);
    if (pool === undefined || size < pool.prefix) continue;
    let candidate: Subnet | undefined = { ...pool, prefix: size };
    while (candidate !== undefined && contains(pool, { family: pool.family, value: candidate.base })) {
      const taken = used.find((other) => intersects(other, candidate as Subnet));
      if (taken === undefined) return candidate;
      candidate = after(candidate, taken);
    }
  }
  return undefined;
}

/** The next one that does not lie in what is taken: a pool may be taken as a whole. */
function after(candidate: Subnet, taken: Subnet): Subnet | undefined {
  const end = lastAddress(taken).value;
  const skipped = subnetOf({ family: candidate.family, value: end }, candidate.prefix);
  return nextSubnet(skipped.base > candidate.base ? skipped : candidate);
}

/** A unique local network, RFC 4193: fd, 40 random bits, subnet 0. */
export function pickIpv6Subnet(used: readonly Subnet[]): Subnet {
  for (;;) {
    const hex = randomHex(7);
    const groups = [`fd${hex.slice(0, 2)}`, hex.slice(2, 6), hex.slice(6, 10), hex.slice(10, 14)];
    const address = readAddress(`${groups.join(":")}::`);
    const subnet = address && subnetOf(address, 64);
    if (subnet && !used.some((other) => intersects(other, subnet))) return subnet;
  }
}
