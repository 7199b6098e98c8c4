import { TspodError } from "../../errors.ts";
import type { SpecNamespace } from "../../oci/runtime-spec.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { IpcMode } from "../../options/namespace-mode.ts";
import type { HostFacts } from "../host-facts.ts";
import { hasOwnUserNamespace } from "./id-maps.ts";

type JoinedType = keyof HostFacts["namespaces"];

/**
 * The namespaces that the container does not share with the host: made by the runtime, or joined by their
 * path.
 */
export function namespaces(options: CreateOptions, host: HostFacts): SpecNamespace[] {
  const { network, pid, ipc, uts, cgroupns, userns } = options;
  return [
    ...namespace("pid", pid.kind, host),
    ...namespace("network", network.mode.kind, host),
    ...namespace("ipc", ipc.kind, host),
    ...namespace("uts", uts.kind, host),
    { type: "mount" },
    ...namespace("cgroup", cgroupns.kind, host),
    ...(hasOwnUserNamespace(options) ? namespace("user", userns.kind, host) : []),
  ];
}

/**
 * The options of a container that joins others: what they share with the host it shares, too. By a path
 * nobody may enter the host's namespaces who has no rights over them (setns(2)).
 */
export function sharedWithHost(options: CreateOptions, { namespaces: joined }: HostFacts): CreateOptions {
  const host = { kind: "host" } as const;
  return {
    ...options,
    ...(joined.network === "host" && { network: { ...options.network, mode: host } }),
    ...(joined.pid === "host" && { pid: host }),
    ...(joined.ipc === "host" && { ipc: host }),
    ...(joined.uts === "host" && { uts: host }),
    ...(joined.cgroup === "host" && { cgroupns: host }),
  };
}

/** Whether the container has an ipc namespace that is not that of the host. */
export function hasOwnIpc(ipc: IpcMode): boolean {
  return ipc.kind !== "host";
}

function namespace(type: JoinedType, kind: string, host: HostFacts): SpecNamespace[] {
  if (kind === "host") return [];
  const path = host.namespaces[type];
  if (path !== undefined) return [{ type, path }];
  if (kind === "container" || kind === "path" || kind === "pod") {
    throw new TspodError(`no ${type} namespace to join: the container that it is shared with is not running`);
  }
  return [{ type }];
}
