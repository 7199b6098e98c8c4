import { setTimeout as sleep } from "node:timers/promises";
import { TspodError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { isAlive, readStartTime } from "../../os/process-identity.ts";
import type { ContainerState } from "../state/state.ts";

const PAUSE_MS = 20;

/** For a container that has stopped without its monitor; in Podman's words, whose monitor is conmon. */
export function lostExitCode({ id }: Pick<ContainerRecord, "id">): TspodError {
  return new TspodError(
    `container ${id} conmon exited prematurely, exit code could not be retrieved: conmon process killed`,
    { advice: "the container has stopped, but its monitor had been killed, so its exit code is lost" },
  );
}

/**
 * What waits for the end of a container's monitor, for so many milliseconds at most. The monitor of `run
 * --rmi` ends once it has removed the image, too, and no command sees the container by then: so its process
 * is noted before.
 */
export function monitorEnd({ monitorPid: pid }: ContainerState, timeoutMs: number): () => Promise<void> {
  const startTime = readStartTime(pid);
  return async () => {
    if (startTime === undefined) return;
    for (let left = timeoutMs; left > 0 && isAlive({ pid, startTime }); left -= PAUSE_MS)
      await sleep(PAUSE_MS);
  };
}
