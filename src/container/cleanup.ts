import { rmSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { abandon } from "./start/abandoned.ts";
import { type Container, type ContainerPlace, withState } from "./state/list.ts";
import { isActive } from "./state/state.ts";
import { clearStoppedByUser } from "./state/stopped-by-user.ts";
import { isSettled, waitForState } from "./state/wait.ts";
import { killAndWait } from "./stop.ts";

/** How long a monitor may take to finish. */
const SETTLE_MS = 10_000;

/**
 * See to it that nothing is left of a container's last run: wait for its monitor, or clear away what a killed
 * one has left. One that was initialized is as created then.
 * @throws {TspodError} If it runs.
 */
export async function cleanUpContainer(place: ContainerPlace, container: Container): Promise<void> {
  const { record, state } = container;
  if (state.status === "initialized") return undoInitialization(place, container);
  if (isActive(state)) {
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
  abandon(place, container);
}

/**
 * Its process ends before its first instruction. The lock keeps a start out that would take it for running.
 */
async function undoInitialization(place: ContainerPlace, { record }: Container): Promise<void> {
  using _lock = await lockContainer(place.store, record.id);
  const container = withState(place, record);
  if (container.state.status === "initialized") {
    await killAndWait(container);
    await clearLastRun(place, container);
    clearStoppedByUser(container);
    rmSync(container.paths.startFile, { force: true }); // without it the exit file is nobody's
    rmSync(container.paths.exitFile, { force: true });
    return;
  }
  await cleanUpContainer(place, container);
}
