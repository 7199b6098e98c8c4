import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { hasCode } from "../../os/system-error.ts";
import { containerPath, lookupContainer } from "../../storage/containers/container-directory.ts";
import type { Store } from "../../storage/store.ts";
import { type ContainerPlace, listContainers } from "../state/list.ts";
import { findTarget } from "./namespaces.ts";

/** IDs of the containers of --requires. @throws {NotFoundError} If one is not there. */
export function requiredContainers({ store }: ContainerPlace, names: readonly string[]): string[] {
  return names.map((name) => {
    try {
      return lookupContainer(store, name);
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause;
      throw new NotFoundError(`"${name}" is not a valid container, cannot be used as a dependency`, {
        cause,
      });
    }
  });
}

/**
 * IDs of the containers that a container can't run without: those it requires, and those whose namespaces it
 * shares.
 */
export function dependenciesOf(store: Store, options: CreateOptions): string[] {
  const { network, ipc, pid, uts, cgroupns, userns } = options;
  const shared = [network.mode, ipc, pid, uts, cgroupns, userns].flatMap((mode) =>
    mode.kind === "container" ? [mode.container] : [],
  );
  const ids = shared.flatMap((name) => idOf(store, name) ?? []);
  return [...new Set([...options.requires, ...ids])];
}

function idOf(store: Store, name: string): string | undefined {
  try {
    return lookupContainer(store, name);
  } catch (error) {
    if (error instanceof TspodError) return undefined; // it has been removed by force
    throw error;
  }
}

/**
 * Note with each container that another depends on it, in a file `dependents/ID`: a removal need not read all
 * records.
 * @param undo gets what takes the notes back
 */
export function noteDependent(
  { store }: ContainerPlace,
  { id, options }: ContainerRecord,
  undo: AsyncDisposableStack,
): void {
  for (const dependency of dependenciesOf(store, options)) {
    const directory = dependents(store, dependency);
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/${id}`, "");
    undo.defer(() => rmSync(`${directory}/${id}`, { force: true }));
  }
}

function dependents(store: Store, id: string): string {
  return `${containerPath(store, id)}/dependents`;
}

/** IDs of the containers that depend on one. A note of a container that is gone does not count. */
export function dependentsOf(store: Store, id: string): string[] {
  try {
    return readdirSync(dependents(store, id)).filter((other) => existsSync(containerPath(store, other)));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return []; // as with most
    throw error;
  }
}

/** @throws {TspodError} If other containers depend on it. */
export function assertNoDependents(store: Store, id: string): void {
  const others = dependentsOf(store, id);
  if (others.length === 0) return;
  throw new TspodError(
    `container ${id} has dependent containers which must be removed before it: ${others.join(", ")}: container already exists`,
  );
}

/**
 * Namespaces to share by the IDs of their containers, which stay what they are. @throws {NotFoundError} If
 * one is not there.
 */
export function withSharedIds(place: ContainerPlace, options: CreateOptions): CreateOptions {
  const resolved = <Mode extends { readonly kind: string }>(mode: Mode, namespace: string): Mode => {
    if (mode.kind !== "container" || !("container" in mode)) return mode;
    const doing = `looking up container to share ${namespace} namespace with`;
    return { ...mode, container: findTarget(place, String(mode.container), doing).record.id };
  };
  return {
    ...options,
    network: { ...options.network, mode: resolved(options.network.mode, "net") },
    ipc: resolved(options.ipc, "ipc"),
    pid: resolved(options.pid, "pid"),
    uts: resolved(options.uts, "uts"),
    cgroupns: resolved(options.cgroupns, "cgroup"),
    userns: resolved(options.userns, "user"),
  };
}

/** @throws {TspodError} In Podman's words, while a service container has pods. */
export function refuseService(place: ContainerPlace, { id }: ContainerRecord): void {
  const pods = listContainers(place).flatMap(({ record: { options } }) =>
    options.pod?.service === id && options.pod.infra ? [options.pod.id] : [],
  );
  if (pods.length > 0)
    throw new TspodError(
      `container ${id} is the service container of pod(s) ${pods.join(",")} and cannot be removed without removing the pod(s)`,
    );
}
