import { setTimeout as sleep } from "node:timers/promises";
import { findContainer } from "../../../container/state/find.ts";
import type { ContainerPlace } from "../../../container/state/list.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";

const PAUSE_MS = 50;

/**
 * Waits until a container is there and runs: it may be created meanwhile.
 * @throws {TspodError} If the time is over first, in Podman's words.
 */
export async function awaitRunning(
  place: ContainerPlace,
  name: string,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const end = process.uptime() + seconds;
  while (!runs(place, name)) {
    if (process.uptime() >= end) throw new TspodError(`timed out waiting for container: ${name}`);
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

function runs(place: ContainerPlace, name: string): boolean {
  try {
    return findContainer(place, name).state.status === "running";
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
