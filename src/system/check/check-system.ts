import { findMounting } from "../../container/rootfs/mounted-layers.ts";
import { isRunning } from "../../container/state/is-running.ts";
import type { ContainerPlace } from "../../container/state/list.ts";
import { listNetworks } from "../../network/networks.ts";
import { NETWORK_SETTINGS } from "../../network/settings.ts";
import { type Checked, type CheckOptions, checkStore } from "./check-store.ts";

/**
 * Look at all records and every image in the store, its blobs and its layers, and report what is damaged;
 * with `repair` mend it, but for layers that a running container has mounted.
 */
export async function checkSystem(
  place: ContainerPlace,
  options: Omit<CheckOptions, "userOf" | "isRunning">,
): Promise<Checked> {
  const userOf: CheckOptions["userOf"] = (chainId) => findMounting(place, chainId)?.record.name;
  const isRunningNow = (id: string): boolean => isRunning(place, id);
  const checked = await checkStore(place.store, { ...options, userOf, isRunning: isRunningNow });
  // A network's file may be made by Podman or by the user: damage is reported, and never mended.
  const report = (text: string): void => options.report({ text, repaired: false });
  listNetworks({ store: place.store, settings: NETWORK_SETTINGS, warn: report });
  return checked;
}

export type { Checked } from "./check-store.ts";
