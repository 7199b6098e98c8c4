import { InUseError } from "../errors.ts";
import { removeContainerDirectory } from "../storage/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { dropVolumeRef, getVolume, removeVolume } from "../storage/volumes.ts";
import { abandon } from "./abandoned.ts";
import { containerEvent } from "./event.ts";
import { type Container, type ContainerPlace, withState } from "./list.ts";
import { isActive } from "./state.ts";
import { stopContainer } from "./stop.ts";

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
  await stopContainer(place, container, options);
  using _lock = await lockContainer(place.store, record.id);
  const now = withState(place, record);
  if (isActive(now.state))
    throw new InUseError(`container ${record.id} was started meanwhile: container state improper`);
  abandon(place, now);
  removeContainerDirectory(place.store, record);
  releaseVolumes(place, record.volumes, { id: record.id, remove: options.volumes || record.options.rm });
  appendEvent(place.store, containerEvent(record, "remove"));
}

function releaseVolumes(
  { store }: ContainerPlace,
  volumes: Container["record"]["volumes"],
  { id, remove }: { id: string; remove: boolean },
): void {
  for (const { name, anonymous } of volumes) {
    if (getVolume(store, name) === undefined) continue; // a killed removal got this far
    const last = dropVolumeRef(store, name, id);
    if (last && anonymous && remove) removeVolume(store, name);
  }
}
