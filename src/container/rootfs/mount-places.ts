import type { ResolvedMount } from "../../spec/host-facts.ts";
import { type LowerChain, openLowerChain } from "../../storage/tree/lower-chain.ts";
import { resolveInChain, resolveMissing } from "../../storage/tree/resolve-in-chain.ts";

/**
 * The same mounts with destinations that can be made: where a symlink of the image leads to nothing, what it
 * leads to. The runtime makes a directory that is missing, but none through a symlink.
 * @param directories of its root filesystem, upper directory first
 */
export function withPlaces(
  mounts: readonly ResolvedMount[],
  directories: readonly string[],
): readonly ResolvedMount[] {
  if (mounts.length === 0) return mounts;
  using chain = openLowerChain(directories);
  return mounts.map((mount) => {
    const destination = placeOf(chain, mount.request.destination);
    return destination === mount.request.destination
      ? mount
      : { ...mount, request: { ...mount.request, destination } };
  });
}

function placeOf(chain: LowerChain, destination: string): string {
  const path = Buffer.from(destination).toString("latin1");
  if (resolveInChain(chain, path) !== undefined) return destination;
  const place = resolveMissing(chain, path);
  return place === undefined || place === "" ? destination : `/${Buffer.from(place, "latin1").toString()}`;
}
