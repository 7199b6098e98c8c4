import { TspodError } from "../errors.ts";
import { removeContainerDirectory } from "../storage/containers/container-directory.ts";
import { releaseNamesOf } from "../storage/containers/container-names.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import type { ContainerPlace } from "./state/list.ts";
import { containerPaths } from "./state/paths.ts";
import { signalProcess } from "./state/signal-process.ts";
import { isActive, readContainerState } from "./state/state.ts";
import { waitForState } from "./state/wait.ts";

const SIGKILL = 9;
/** Milliseconds that a killed process and its monitor get. */
const AFTER_KILL_MS = 10_000;

/**
 * Remove a container whose record can't be read, by its ID alone: what runs is killed, since how it wants to
 * be stopped is not known. What the runtime and the monitor leave of it clearLeftovers() takes.
 * @throws {TspodError} If its process outlives that.
 */
export async function removeDamagedContainer(
  { store, runtimeDirectory }: ContainerPlace,
  id: string,
): Promise<void> {
  const paths = containerPaths(store, runtimeDirectory, id);
  const state = readContainerState(paths);
  if (isActive(state)) {
    signalProcess(state.pid, SIGKILL);
    const ended = await waitForState(paths, (now) => !isActive(now), { timeoutMs: AFTER_KILL_MS });
    if (ended === undefined)
      throw new TspodError(
        `container ${id} did not end within 10 seconds of SIGKILL: its process is ${state.pid}`,
      );
  }
  using _lock = await lockContainer(store, id);
  releaseNamesOf(store, id);
  removeContainerDirectory(store, { id, name: "" });
}
