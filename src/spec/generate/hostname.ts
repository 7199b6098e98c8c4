import type { CreateOptions } from "../../options/create-options.ts";

/**
 * The name that the container goes by: --hostname, else the host's where its network or uts namespace is
 * shared, else the first 12 digits of the ID.
 */
export function containerHostname(
  options: Pick<CreateOptions, "hostname" | "network" | "uts">,
  host: { readonly containerId: string; readonly hostname: string },
): string {
  if (options.hostname !== undefined) return options.hostname;
  if (options.uts.kind === "host" || options.network.mode.kind === "host") return host.hostname;
  return host.containerId.slice(0, 12);
}
