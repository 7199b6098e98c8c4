import { shortId } from "../../oci/short-id.ts";
import type { CreateOptions } from "../../options/create-options.ts";

/**
 * The container's host name: --hostname, otherwise the host's if its network or uts namespace is shared,
 * otherwise the first 12 digits of the ID.
 */
export function containerHostname(
  options: Pick<CreateOptions, "hostname" | "network" | "uts">,
  host: { readonly containerId: string; readonly hostname: string },
): string {
  if (options.hostname !== undefined) return options.hostname;
  if (options.uts.kind === "host" || options.network.mode.kind === "host") return host.hostname;
  return shortId(host.containerId);
}
