import type { ContainerRecord } from "../../options/container-record.ts";
import { listContainerRecords } from "../../storage/containers/container-directory.ts";
import type { Store } from "../../storage/store.ts";
import { type ContainerPaths, containerPaths } from "./paths.ts";
import { type ContainerState, readContainerState } from "./state.ts";

/** One container: as it was created, where it is, and what it does now. */
export interface Container {
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  readonly state: ContainerState;
}

/** The place that containers are looked for: a store and the runtime directory that goes with it. */
export interface ContainerPlace {
  readonly store: Store;
  readonly runtimeDirectory: string;
}

/** Every container with its state, oldest first. */
export function listContainers({ store, runtimeDirectory }: ContainerPlace): Container[] {
  return listContainerRecords(store).map((record) => withState({ store, runtimeDirectory }, record));
}

/**
 * A record with the state it has at this moment. Its paths are those of its run, which another call, with
 * another runtime directory, may have started.
 */
export function withState({ store, runtimeDirectory }: ContainerPlace, record: ContainerRecord): Container {
  const paths = containerPaths(store, runtimeDirectory, record.id);
  const state = readContainerState(paths);
  const { runtimeDirectory: noted = runtimeDirectory } = state;
  if (noted === runtimeDirectory) return { record, paths, state };
  return { record, paths: containerPaths(store, noted, record.id), state };
}
