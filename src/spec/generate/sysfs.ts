import type { CreateOptions } from "../../options/create-options.ts";
import { hasOwnUserNamespace } from "./id-maps.ts";
import { hasOwnNetwork, sharesHostNetwork } from "./network.ts";

/**
 * Whether the container can have a sysfs of its own. A sysfs shows a network namespace, and mounting it takes
 * rights over the user namespace which that belongs to. Otherwise the host's /sys is bound.
 */
export function canMountSysfs(options: CreateOptions): boolean {
  return hasOwnUserNamespace(options) ? hasOwnNetwork(options) : !sharesHostNetwork(options);
}
