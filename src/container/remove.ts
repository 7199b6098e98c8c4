import { existsSync } from "node:fs";
import { join } from "node:path";
import { InUseError, NotFoundError, TspodError } from "../errors.ts";
import { tryLockDirectory } from "../os/file-lock.ts";
import { removeContainerDirectory } from "../storage/containers/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer, lockStorage } from "../storage/storage-lock.ts";
import { bondTo, loosen } from "../storage/volume-bond.ts";
import { removeWithEvent } from "../volume/remove.ts";
import { dropVolumeRef, hasVolume, volumePath } from "../volume/volumes.ts";
import { abandon } from "./start/abandoned.ts";
import { assertNoDependents, refuseService } from "./start/dependencies.ts";
import { containerEvent } from "./start/event.ts";
import { refreshed } from "./state/find.ts";
import { type Container, type ContainerPlace, withState } from "./state/list.ts";
import { isActive } from "./state/state.ts";
import { killAndWait, stopContainer } from "./stop.ts";

export interface RemoveOptions {
  /** Stop it first. */
  readonly force: boolean;
  /** Its anonymous volumes go too. */
  readonly volumes: boolean;
  /** Seconds before SIGKILL, with force. */
  readonly timeout: number;
  readonly warn: (line: string) => void;
  /** Whether its pod is being removed: an infra container goes with nothing else. */
  readonly withPod?: boolean;
}

/**
 * Remove a container that does not run.
 * @throws {InUseError} If it runs and force is not given.
 */
export async function removeContainer(
  place: ContainerPlace,
  container: Container,
  options: RemoveOptions,
): Promise<void> {
  const { record, state } = container;
  if (record.options.pod?.infra && !options.withPod) refuseInfra(place, record);
  if (record.options.service && !options.withPod) refuseService(place, record);
  if (isActive(state) && state.status !== "initialized" && !options.force) {
    throw new InUseError(
      `cannot remove container ${record.id} as it is ${state.status} - running or paused containers cannot be removed without force: container state improper`,
    );
  }
  assertNoDependents(place.store, record.id);
  try {
    await stopAndRemove(place, container, options);
  } catch (error) {
    if (options.force && error instanceof NotFoundError) return; // removed meanwhile: that is what was wanted
    throw error;
  }
  await releaseVolumes(place, record, goesToo(container, options));
  appendEvent(place.store, containerEvent(record, "remove"));
}

/** Whether its anonymous volumes go with it. */
function goesToo({ record }: Container, { volumes }: RemoveOptions): boolean {
  return volumes || record.options.rm;
}

/** @throws {TspodError} Unless its pod is gone. */
function refuseInfra(place: ContainerPlace, { id, options: { pod } }: Container["record"]): void {
  if (pod === undefined || !isPodThere(place, pod.id)) return;
  throw new TspodError(
    `container ${id} is the infra container of pod ${pod.id} and cannot be removed without removing the pod`,
  );
}

/** Whether an infra container's pod is there: a repair sets a damaged one aside, and its containers stay. */
export function isPodThere({ store }: ContainerPlace, id: string): boolean {
  return existsSync(join(store.pods, id));
}

/** How often others may start it in the moment between its stop and its removal. */
const ATTEMPTS = 20;

async function stopAndRemove(
  place: ContainerPlace,
  container: Container,
  options: RemoveOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const now = refreshed(place, container);
    // Frozen processes take no signal but SIGKILL.
    if (now.state.status === "paused") await killAndWait(now);
    await stopContainer(place, refreshed(place, container), options);
    if (await removeStopped(place, container.record, goesToo(container, options))) return;
    if (!options.force || attempt === ATTEMPTS)
      throw new InUseError(
        `container ${container.record.id} was started meanwhile: container state improper`,
      );
  }
}

/**
 * Removes a container that does not run.
 * @returns false where another process has started it
 */
async function removeStopped(
  place: ContainerPlace,
  record: Container["record"],
  withVolumes: boolean,
): Promise<boolean> {
  using _lock = await lockContainer(place.store, record.id);
  const now = withState(place, record);
  if (isActive(now.state) || now.state.monitorPid !== 0) return false;
  assertNoUnseenMonitor(now);
  await abandon(now);
  for (const { name, anonymous } of record.volumes)
    if (withVolumes && anonymous && hasVolume(place.store, name))
      bondTo(volumePath(place.store, name), record.id);
  removeContainerDirectory(place.store, record);
  if (record.options.cidFile !== undefined)
    (await import("../storage/containers/remove-id-file.ts")).removeIdFile(record.options.cidFile, record.id);
  return true;
}

/** Its monitor holds that lock: in a pid namespace whose processes are not seen here. */
function assertNoUnseenMonitor({ record, paths }: Container): void {
  using lock = tryLockDirectory(paths.directory);
  if (lock === undefined)
    throw new InUseError(
      `container ${record.id} runs, started where its processes can't be seen (another pid namespace): stop it there`,
    );
}

/** The storage lock keeps others from beginning to use a volume that is about to go. */
async function releaseVolumes(
  { store }: ContainerPlace,
  record: Container["record"],
  remove: boolean,
): Promise<void> {
  if (record.volumes.length === 0) return;
  using _storage = await lockStorage(store, "exclusive");
  for (const { name, anonymous } of record.volumes) {
    if (!hasVolume(store, name)) continue; // a killed removal got this far
    const last = dropVolumeRef(store, name, record.id);
    if (last && anonymous && remove) removeWithEvent(store, name);
    else if (anonymous) loosen(store, name);
  }
}
