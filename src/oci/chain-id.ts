import { type Digest, sha256 } from "./digest.ts";

/**
 * ChainIDs of an image's layers: each names the root filesystem that its layer makes with those below.
 * @param diffIds digests of the uncompressed layer tars, base layer first
 * @returns as many as there are layers, base first
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : sha256(`${below} ${diffId}`));
  }
  return chain;
}
