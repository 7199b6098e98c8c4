import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerPaths } from "./paths.ts";
import { type ContainerState, isActive, readContainerState } from "./state.ts";

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/** How long a monitor may take to end, or to get through a start that it is in: milliseconds. */
export const SETTLE_MS = 10_000;

export interface WaitOptions {
  /** Milliseconds; without end if not given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds between two looks; default: growing from 2 to 50. */
  readonly intervalMs?: number;
}

/**
 * Looks at a container again and again until it has the wanted state; undefined if the time is over first.
 * There is no daemon that could send a message; a look is three small reads.
 */
export async function waitForState(
  paths: ContainerPaths,
  wanted: (state: ContainerState) => boolean,
  { timeoutMs = Number.POSITIVE_INFINITY, signal, intervalMs }: WaitOptions = {},
): Promise<ContainerState | undefined> {
  // process.uptime() is monotonic, and unlike `performance` loads nothing.
  const end = process.uptime() * 1000 + timeoutMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const state = readContainerState(paths);
    if (wanted(state)) return state;
    const left = end - process.uptime() * 1000;
    if (left <= 0) return undefined;
    await sleep(Math.min(intervalMs ?? pause, left), undefined, {
      ...(signal === undefined ? {} : { signal }),
    });
  }
}

/** Whether no process of the container is there, and its monitor has nothing left to do. */
export function isSettled(state: ContainerState): boolean {
  return !isActive(state) && state.status !== "stopping" && state.monitorPid === 0;
}
