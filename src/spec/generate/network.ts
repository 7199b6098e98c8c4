import type { CreateOptions } from "../../options/create-options.ts";

/**
 * Whether the container uses the network namespace of the host. sysfs can't be mounted then: that takes
 * rights over the user namespace that owns the network namespace.
 */
export function sharesHostNetwork({ network }: CreateOptions): boolean {
  return network.mode.kind === "host";
}

/** Whether the network namespace is the container's own, so that its sysctls are the container's to set. */
export function hasOwnNetwork({ network }: CreateOptions): boolean {
  const { kind } = network.mode;
  return kind !== "host" && kind !== "container" && kind !== "path";
}
