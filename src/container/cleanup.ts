import { TspodError } from "../errors.ts";
import { abandon } from "./abandoned.ts";
import type { Container, ContainerPlace } from "./list.ts";
import { isActive } from "./state.ts";
import { isSettled, waitForState } from "./wait.ts";

/** How long a monitor may take to finish. */
const SETTLE_MS = 10_000;

/**
 * See to it that nothing is left of a container's last run: wait for its monitor, or clear away what a killed one has left.
 * @throws {TspodError} If it runs.
 */
export async function cleanUpContainer(place: ContainerPlace, container: Container): Promise<void> {
  const { record, paths, state } = container;
  if (isActive(state)) {
    throw new TspodError(
      `failed to clean up container ${record.id}: container ${record.id} is running or paused, refusing to clean up: container state improper`,
    );
  }
  if ((await waitForState(paths, isSettled, { timeoutMs: SETTLE_MS })) === undefined)
    throw new TspodError(`the monitor of container ${record.id} does not finish: try again later`);
  abandon(place, container);
}
