import { TspodError } from "../../errors.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { hasOwnIpc } from "./namespaces.ts";
import { hasOwnNetwork } from "./network.ts";

/** Lets every group of the container ping, which needs no CAP_NET_RAW then. */
const PING_GROUP_RANGE = { "net.ipv4.ping_group_range": "0 0" };

/**
 * Kernel settings of the container's namespaces.
 * @throws {TspodError} If a setting belongs to a namespace that the container shares with the host.
 */
export function sysctls(options: CreateOptions): Record<string, string> {
  for (const [name, value] of Object.entries(options.sysctls)) {
    const shared = sharedNamespace(name, options);
    if (shared !== undefined) {
      throw new TspodError(
        `sysctl ${name}=${value} can't be set since ${shared} Namespace set to host: invalid argument`,
      );
    }
  }
  const defaults = options.defaultSysctls ?? (hasOwnNetwork(options) ? PING_GROUP_RANGE : {});
  const own = Object.entries(defaults).filter(([name]) => sharedNamespace(name, options) === undefined);
  return { ...Object.fromEntries(own), ...options.sysctls };
}

function sharedNamespace(name: string, options: CreateOptions): string | undefined {
  if (name.startsWith("net.")) return options.network.mode.kind === "host" ? "Network" : undefined;
  return hasOwnIpc(options.ipc) ? undefined : "IPC";
}
