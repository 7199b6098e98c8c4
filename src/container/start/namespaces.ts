import { existsSync, readlinkSync } from "node:fs";
import { InUseError, NotFoundError, TspodError } from "../../errors.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { NamespaceMode } from "../../options/namespace-mode.ts";
import type { HostFacts } from "../../spec/host-facts.ts";
import { findContainer } from "../state/find.ts";
import type { Container, ContainerPlace } from "../state/list.ts";

/**
 * Another container that one is to share something with.
 * @param doing what fails where it is not there
 * @throws {NotFoundError} If there is no such container.
 */
export function findTarget(place: ContainerPlace, nameOrId: string, doing: string): Container {
  try {
    return findContainer(place, nameOrId);
  } catch (error) {
    if (error instanceof NotFoundError) throw new NotFoundError(doing, { cause: error });
    throw error;
  }
}

/**
 * What a container joins must be there when it is made, as with Podman; whether it runs is looked at when it
 * starts.
 * @throws {NotFoundError} If a container or a namespace's path is not there.
 */
export function checkTargets(place: ContainerPlace, options: CreateOptions): void {
  const { network, pid, ipc, uts, cgroupns, userns } = options;
  for (const [kind, name, mode] of [
    ["net", "network", network.mode],
    ["pid", "PID", pid],
    ["ipc", "IPC", ipc],
    ["uts", "UTS", uts],
    ["cgroup", "cgroup", cgroupns],
    ["user", "user", userns],
  ] as const) {
    if (mode.kind === "container") {
      const doing = `looking up container to share ${kind} namespace with`;
      const target = findTarget(place, mode.container, doing);
      if (kind === "ipc") refusePrivateIpc(target);
    }
    if (mode.kind === "path" && !existsSync(mode.path)) {
      throw new NotFoundError(
        `cannot find specified ${name} namespace path: faccessat ${mode.path}: no such file or directory`,
      );
    }
  }
}

/** @throws {TspodError} In Podman's words, where there is nothing that can be shared. */
function refusePrivateIpc({ record }: Container): void {
  const { kind } = record.options.ipc;
  if (kind === "host")
    throw new TspodError(`container ${record.id} shares the host's IPC namespace: use --ipc=host`);
  if (kind === "private" || kind === "none")
    throw new TspodError(
      `joining IPC of container ${record.id} is not allowed: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
    );
}

/**
 * The first process of a running container, to share a namespace with.
 * @throws {NotFoundError} If there is no such container.
 * @throws {InUseError} If it is not running.
 */
export function runningPid(place: ContainerPlace, nameOrId: string): number {
  const { record, state } = findContainer(place, nameOrId);
  if (state.pid === 0) {
    throw new InUseError(
      `cannot get namespace path unless container ${record.id} is running: container is stopped`,
    );
  }
  return state.pid;
}

type ModeWithOthers = { readonly kind: string } | NamespaceMode;

/** `host` for a path of another container's namespace that is ours as well, which is the host's. */
function orHost(path: string): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return readlinkSync(path) === readlinkSync(`/proc/self/ns/${file}`) ? "host" : path;
}

/** The namespaces that a container joins instead of getting its own, as HostFacts has them. */
export function joinedNamespaces(
  place: ContainerPlace,
  options: CreateOptions,
  network: string | undefined,
): HostFacts["namespaces"] {
  const path = (mode: ModeWithOthers, file: string): string | undefined => {
    if (mode.kind === "path" && "path" in mode) return mode.path;
    if (mode.kind === "container" && "container" in mode)
      return orHost(`/proc/${runningPid(place, mode.container)}/ns/${file}`);
    return undefined;
  };
  const found = {
    network: network !== undefined && options.network.mode.kind === "container" ? orHost(network) : network,
    ipc: path(options.ipc, "ipc"),
    pid: path(options.pid, "pid"),
    uts: path(options.uts, "uts"),
    cgroup: path(options.cgroupns, "cgroup"),
    user: path(options.userns, "user"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
