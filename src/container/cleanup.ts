import { rmSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { abandonUnlessBusy } from "./start/abandoned.ts";
import { refreshed } from "./state/find.ts";
import type { Container, ContainerPlace } from "./state/list.ts";
import { isActive } from "./state/state.ts";
import { clearStoppedByUser } from "./state/stopped-by-user.ts";
import { isSettled, SETTLE_MS, waitForState } from "./state/wait.ts";
import { endInitialized } from "./stop.ts";

/**
 * See to it that nothing is left of a container's last run: wait for its monitor, or clear away what a killed
 * one has left. One that was initialized is as created then.
 * @throws {TspodError} If it runs.
 */
export async function cleanUpContainer(place: ContainerPlace, container: Container): Promise<void> {
  const { record } = container;
  if (container.state.status === "initialized" && (await undoInitialization(place, container))) return;
  if (isActive(refreshed(place, container).state)) {
    throw new TspodError(
      `failed to clean up container ${record.id}: container ${record.id} is running or paused, refusing to clean up: container state improper`,
    );
  }
  await clearLastRun(place, container);
}

async function clearLastRun(place: ContainerPlace, container: Container): Promise<void> {
  const { record, paths } = container;
  if ((await waitForState(paths, isSettled, { timeoutMs: SETTLE_MS })) === undefined)
    throw new TspodError(`the monitor of container ${record.id} does not finish: try again later`);
  await abandonUnlessBusy(place, container);
}

/**
 * Makes the container as it was created.
 * @returns false where another process has started it meanwhile
 */
async function undoInitialization(place: ContainerPlace, container: Container): Promise<boolean> {
  const { paths } = container;
  if (!(await endInitialized(place, container))) return false;
  clearStoppedByUser(container);
  rmSync(paths.startFile, { force: true }); // without the start file the exit file belongs to no run
  rmSync(paths.exitFile, { force: true });
  return true;
}
