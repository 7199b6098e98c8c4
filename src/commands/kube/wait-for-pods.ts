import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../../container/state/engine.ts";
import { isSettled } from "../../container/state/wait.ts";
import { NotFoundError } from "../../errors.ts";
import type { PlayReport } from "../../kube/play/play-options.ts";
import { findPod } from "../../pod/state/pods.ts";

/** Between two looks, in milliseconds. */
const PAUSE_MS = 250;

/**
 * Wait until no container of the pods runs, or is to be run again, but infra.
 * @returns the exit codes of all containers; undefined: a signal came before
 */
export async function waitForPods(
  engine: Engine,
  { pods }: PlayReport,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  for (;;) {
    const states = pods.flatMap(({ id }) => statesOf(engine, id));
    if (states.every((state) => isSettled(state) && state.restartsAt === undefined))
      return states.map(({ exitCode }) => exitCode ?? 0);
    try {
      await sleep(PAUSE_MS, undefined, { signal });
    } catch {
      return undefined;
    }
  }
}

function statesOf(engine: Engine, id: string) {
  try {
    return findPod(engine, id)
      .members.filter(({ record: { options } }) => !options.pod?.infra && !options.pod?.init)
      .map(({ state }) => state);
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}
