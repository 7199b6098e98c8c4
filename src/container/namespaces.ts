import { InUseError } from "../errors.ts";
import type { CreateOptions, NamespaceMode } from "../oci/create-options.ts";
import type { HostFacts } from "../oci/host-facts.ts";
import { findContainer } from "./find.ts";
import type { ContainerPlace } from "./list.ts";

/**
 * The first process of a running container, to share a namespace with.
 * @throws {NotFoundError} If there is no such container.
 * @throws {InUseError} If it is not running.
 */
export function runningPid(place: ContainerPlace, nameOrId: string): number {
  const { record, state } = findContainer(place, nameOrId);
  if (state.pid === 0) {
    throw new InUseError(
      `cannot join the namespace of container ${record.id} as it is not running: container state improper`,
    );
  }
  return state.pid;
}

type ModeWithOthers = { readonly kind: string } | NamespaceMode;

/** Paths of the namespaces that a container joins instead of getting its own. */
export function joinedNamespaces(
  place: ContainerPlace,
  options: CreateOptions,
  network: string | undefined,
): HostFacts["namespaces"] {
  const path = (mode: ModeWithOthers, file: string): string | undefined => {
    if (mode.kind === "path" && "path" in mode) return mode.path;
    if (mode.kind === "container" && "container" in mode)
      return `/proc/${runningPid(place, mode.container)}/ns/${file}`;
    return undefined;
  };
  const found = {
    network,
    ipc: path(options.ipc, "ipc"),
    pid: path(options.pid, "pid"),
    uts: path(options.uts, "uts"),
    cgroup: path(options.cgroupns, "cgroup"),
    user: path(options.userns, "user"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
