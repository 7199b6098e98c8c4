import { InUseError } from "../errors.ts";
import { removeContainerDirectory } from "../storage/containers/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer, lockStorage } from "../storage/storage-lock.ts";
import { dropVolumeRef, getVolume } from "../storage/volumes/volumes.ts";
import { removeWithEvent } from "../volume/remove.ts";
import { abandon } from "./start/abandoned.ts";
import { assertNoDependents } from "./start/dependencies.ts";
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
  const { record } = container;
  if (isActive(container.state)) {
    if (!options.force) {
      throw new InUseError(
        `cannot remove container ${record.id} as it is ${container.state.status} - running or paused containers cannot be removed without force: container state improper`,
      );
    }
  }
  assertNoDependents(place.store, record.id);
  // Frozen processes take no signal but SIGKILL.
  if (container.state.status === "paused") await killAndWait(container);
  await stopContainer(place, refreshed(place, container), options);
  await removeStopped(place, record);
  await releaseVolumes(place, record, options.volumes || record.options.rm);
  appendEvent(place.store, containerEvent(record, "remove"));
}

async function removeStopped(place: ContainerPlace, record: Container["record"]): Promise<void> {
  using _lock = await lockContainer(place.store, record.id);
  const now = withState(place, record);
  if (isActive(now.state)) {
    throw new InUseError(`container ${record.id} was started meanwhile: container state improper`);
  }
  abandon(place, now);
  removeContainerDirectory(place.store, record);
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
    if (getVolume(store, name) === undefined) continue; // a killed removal got this far
    const last = dropVolumeRef(store, name, record.id);
    if (last && anonymous && remove) removeWithEvent(store, name);
  }
}
