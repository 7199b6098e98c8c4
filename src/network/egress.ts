import { TspodError } from "../errors.ts";
import { formatSubnet, readAddress, readSubnet, subnetOf } from "./address.ts";

/**
 * What `--egress` allows, as subnets; names are looked up now.
 * @throws {TspodError} If a name has no address.
 */
export async function resolveEgress(words: readonly string[]): Promise<string[]> {
  const found = await Promise.all(words.map(resolveWord));
  return [...new Set(found.flat())];
}

async function resolveWord(word: string): Promise<string[]> {
  const subnet = readSubnet(word);
  if (subnet !== undefined) return [formatSubnet(subnet)];
  const alone = single(word);
  if (alone !== undefined) return [alone];
  const { lookup } = await import("node:dns/promises");
  try {
    const addresses = await lookup(word, { all: true });
    return addresses.map(({ address }) => single(address)).filter((found) => found !== undefined);
  } catch (cause) {
    throw new TspodError(`--egress: looking up "${word}"`, { cause });
  }
}

/** An address as the network of it alone. */
function single(text: string): string | undefined {
  const address = readAddress(text);
  return address && formatSubnet(subnetOf(address, address.family === 4 ? 32 : 128));
}
