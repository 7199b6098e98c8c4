import { findMounting } from "../container/rootfs/mounted-layers.ts";
import type { ContainerPlace } from "../container/state/list.ts";
import { type CheckOptions, checkStore } from "../storage/check/check-store.ts";

/**
 * Look at every image in the store, its blobs and its layers, and tell what is damaged; with `repair` mend
 * it, but for layers that a running container has mounted.
 */
export async function checkSystem(
  place: ContainerPlace,
  options: Omit<CheckOptions, "userOf">,
): Promise<void> {
  const userOf: CheckOptions["userOf"] = (chainId) => findMounting(place, chainId)?.record.name;
  await checkStore(place.store, { ...options, userOf });
}
