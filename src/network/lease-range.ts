import { TspodError } from "../errors.ts";
import {
  type Address,
  contains,
  firstHost,
  formatAddress,
  formatSubnet,
  lastAddress,
  readAddress,
  readSubnet,
  type Subnet,
} from "./address.ts";
import type { NetworkSubnet } from "./record.ts";

/**
 * `--ip-range`: a network, whose first address is left out, or `FIRST-LAST`.
 * @throws {TspodError} If it is neither, or does not lie in the subnet.
 */
export function leaseRange(text: string, subnet: Subnet): NonNullable<NetworkSubnet["lease_range"]> {
  const ends = text.includes("-") ? readEnds(text) : readNetwork(text);
  if (ends === undefined || ends.first.value > ends.last.value)
    throw new TspodError(`invalid ip range "${text}": it is a network such as 10.89.0.128/25, or FIRST-LAST`);
  for (const [which, end] of [
    ["start", ends.first],
    ["end", ends.last],
  ] as const) {
    if (!contains(subnet, end))
      throw new TspodError(
        `lease range ${which} ip ${formatAddress(end)} not in subnet ${formatSubnet(subnet)}`,
      );
  }
  return { start_ip: formatAddress(ends.first), end_ip: formatAddress(ends.last) };
}

interface Ends {
  readonly first: Address;
  readonly last: Address;
}

function readEnds(text: string): Ends | undefined {
  const [first, last] = text.split("-", 2).map((part) => readAddress(part));
  return first && last && first.family === last.family ? { first, last } : undefined;
}

function readNetwork(text: string): Ends | undefined {
  const range = readSubnet(text);
  return range && { first: firstHost(range), last: lastAddress(range) };
}
