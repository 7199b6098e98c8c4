import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { CreateOptions } from "../../options/create-options.ts";
import { activeHealthcheck } from "./health.ts";
import type { Container } from "./list.ts";
import type { ContainerPaths } from "./paths.ts";
import { signalProcess } from "./signal-process.ts";
import { type ContainerState, isActive, readContainerState } from "./state.ts";
import { isSettled, SETTLE_MS, waitForState } from "./wait.ts";

const SIGUSR1 = 10;

/** Whether a container's monitor runs it again: by the restart policy, or when its health check fails. */
export function mayRunAgain(options: CreateOptions): boolean {
  const check = activeHealthcheck(options);
  const fails = check?.onFailure === "restart" || (check?.startup?.retries ?? 0) > 0;
  return options.restart.name !== "no" || fails;
}

/**
 * Leave word for the monitor (native/protocol.h, `restart`) not to run the container again when its process
 * ends. A `kill` is in effect for some seconds only: a signal need not end a process. No-op where it would
 * not.
 */
export function markStoppedByUser({ record, paths }: Container, how: "stop" | "kill"): void {
  if (!mayRunAgain(record.options)) return;
  if (how === "kill" && isStoppedByUser(paths) && readFileSync(paths.stoppedByUser, "utf8") === "stop")
    return;
  writeFileSync(paths.stoppedByUser, how);
}

/** Removes the word again: a user who starts a container wants it to run. */
export function clearStoppedByUser({ record, paths }: Container): void {
  if (!mayRunAgain(record.options)) return;
  rmSync(paths.stoppedByUser, { force: true });
}

/** Whether a user has stopped the container since it was last started. */
export function isStoppedByUser(paths: ContainerPaths): boolean {
  return existsSync(paths.stoppedByUser);
}

/**
 * Mark a container as stopped; where its monitor waits to run it again, that is over. Its state then: it
 * still has a process for the caller to end, or it has settled.
 */
export async function endRestarts(container: Container): Promise<ContainerState> {
  const { record, paths, state } = container;
  if (!mayRunAgain(record.options)) return state;
  markStoppedByUser(container, "stop");
  const now = readContainerState(paths);
  if (isActive(now) || now.monitorPid === 0) return now;
  signalProcess(now.monitorPid, SIGUSR1);
  const later = await waitForState(paths, (seen) => isActive(seen) || isSettled(seen), {
    timeoutMs: SETTLE_MS,
  });
  return later ?? now;
}
