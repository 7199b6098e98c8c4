import type { ContainerPlace } from "./list.ts";
import { containerPaths } from "./paths.ts";
import { isActive, readContainerState } from "./state.ts";

/** Whether a container runs, or is about to, by its ID alone: its record need not be readable. */
export function isRunning({ store, runtimeDirectory }: ContainerPlace, id: string): boolean {
  const state = readContainerState(containerPaths(store, runtimeDirectory, id));
  return isActive(state) || state.monitorPid !== 0;
}
