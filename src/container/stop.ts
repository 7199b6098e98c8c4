import { TspodError } from "../errors.ts";
import { parseSignal } from "../oci/signal.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { abandon, abandonUnlessBusy } from "./start/abandoned.ts";
import { noteStopping } from "./state/being-stopped.ts";
import { refreshed } from "./state/find.ts";
import { noteLastStop } from "./state/last-stop.ts";
import { type Container, type ContainerPlace, withState } from "./state/list.ts";
import type { ContainerPaths } from "./state/paths.ts";
import { signalProcess } from "./state/signal-process.ts";
import { describeReaction, readSignalReaction } from "./state/signal-reaction.ts";
import { isActive, readContainerState } from "./state/state.ts";
import {
  clearStoppedByUser,
  endRestarts,
  isStoppedByUser,
  markStoppedByUser,
} from "./state/stopped-by-user.ts";
import { isSettled, waitForState } from "./state/wait.ts";

const SIGKILL = 9;
/** How long the kernel and the monitor may take to clear away a killed container. */
const AFTER_KILL_MS = 10_000;

export interface StopOptions {
  /** Seconds between the stop signal and SIGKILL; negative: wait without end. */
  readonly timeout: number;
  readonly warn: (line: string) => void;
  readonly signal?: AbortSignal;
  /**
   * End a monitor too that does not finish; and it is no failure where one was killed: how the container has
   * ended is not known then.
   */
  readonly force?: boolean;
}

/**
 * Stop signal, wait, SIGKILL, wait. No lock is held, so that others can look at the container meanwhile.
 * A container that does not run is none of our business: that is success.
 * @throws {TspodError} If it is paused, or still there some seconds after SIGKILL; or, once it has stopped,
 * if its monitor had been killed.
 */
export async function stopContainer(
  place: ContainerPlace,
  container: Container,
  options: StopOptions,
): Promise<void> {
  const { record, paths } = container;
  if (container.state.status === "paused") {
    throw new TspodError(
      `can only stop created or running containers. ${record.id} is in state paused: container state improper`,
    );
  }
  let state = await endRestarts(refreshed(place, container));
  const imageIsGone = record.options.rmi
    ? (await import("./monitor/monitor-end.ts")).monitorEnd(state, AFTER_KILL_MS)
    : undefined;
  const isLost = isActive(state) && state.monitorPid === 0;
  // A start that is under way is waited for, whenever it has begun: its process must not be killed under it.
  while (state.status === "initialized") {
    if (await endInitialized(place, container)) return;
    state = await endRestarts(refreshed(place, container));
  }
  if (isActive(state)) await endProcess({ ...container, state }, options);
  if (!(await settles(paths)) && !(options.force && (await endMonitor(paths))))
    throw new TspodError(
      `container ${record.id} has ended, but its monitor does not finish: try again, or "rm -f" it`,
    );
  await abandonUnlessBusy(place, container);
  if (isLost && !options.force) throw (await import("./monitor/monitor-end.ts")).lostExitCode(record);
  await imageIsGone?.();
}

/** As stopContainer(), but not as a user's wish: the next boot starts what runs by its restart policy. */
export async function stopAsService(
  place: ContainerPlace,
  container: Container,
  options: StopOptions,
): Promise<void> {
  const wasStopped = isStoppedByUser(container.paths);
  await stopContainer(place, container, options);
  if (!wasStopped) clearStoppedByUser(container);
}

async function settles(paths: ContainerPaths): Promise<boolean> {
  return (await waitForState(paths, isSettled, { timeoutMs: AFTER_KILL_MS })) !== undefined;
}

/** Ends a monitor that hangs, in a file system that does not answer or because it was stopped. */
async function endMonitor(paths: ContainerPaths): Promise<boolean> {
  signalProcess(readContainerState(paths).monitorPid, SIGKILL);
  return settles(paths);
}

/**
 * End a container that only waits for its start: before its first instruction a process has no handlers, and
 * the first of a pid namespace needs one to be ended. The lock keeps a start out, or waits for the one that
 * is under way.
 * @returns whether it was waiting still
 */
export async function endInitialized(place: ContainerPlace, { record }: Container): Promise<boolean> {
  using _lock = await lockContainer(place.store, record.id);
  const container = withState(place, record);
  if (container.state.status !== "initialized") return false;
  await killAndWait(container);
  if (!(await settles(container.paths)))
    throw new TspodError(`the monitor of container ${record.id} does not finish: try again later`);
  await abandon(container);
  return true;
}

async function endProcess(container: Container, options: StopOptions): Promise<void> {
  const { record } = container;
  const { stopSignal } = record.options.process;
  using _note = noteStopping(container.paths);
  const timeout = await afterHook(container, options.timeout);
  if (timeout !== 0 && (await endedBySignal(container, { ...options, timeout }))) return;
  if (timeout > 0) {
    noteLastStop(container.paths, { signal: stopSignal, timeout, reaction: reactionOf(container) ?? "" });
    options.warn(
      `WARN[0000] StopSignal ${stopSignal} failed to stop container ${record.name} in ${timeout} seconds, resorting to SIGKILL`,
    );
  }
  await killAndWait(container);
}

/** Seconds that are left once the container's hook, if it has one, has run. */
async function afterHook(container: Container, timeout: number): Promise<number> {
  if (container.record.options.hooks?.preStop === undefined) return timeout;
  const { runPreStop } = await import("./pre-stop.ts");
  return runPreStop(container, timeout);
}

/** After so many milliseconds the caller learns what is waited for. */
const PATIENCE_MS = 2000;

async function endedBySignal(container: Container, { timeout, ...options }: StopOptions): Promise<boolean> {
  const { record, paths, state } = container;
  if (!signalProcess(state.pid, parseSignal(record.options.process.stopSignal).number)) return true;
  const timeoutMs = timeout < 0 ? Number.POSITIVE_INFINITY : timeout * 1000;
  const ends = async (withinMs: number): Promise<boolean> => {
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    return (
      (await waitForState(paths, (now) => !isActive(now), { timeoutMs: withinMs, ...signal })) !== undefined
    );
  };
  if (await ends(Math.min(timeoutMs, PATIENCE_MS))) return true;
  if (timeoutMs <= PATIENCE_MS) return false;
  const reaction = reactionOf(container);
  if (reaction !== undefined)
    options.warn(
      `WARN[0000] waiting for container ${record.name}: ${reaction}: --init passes signals on, or --stop-signal another`,
    );
  return ends(timeoutMs - PATIENCE_MS);
}

function reactionOf({ record, state }: Container): string | undefined {
  const { name, number } = parseSignal(record.options.process.stopSignal);
  const reaction = readSignalReaction(state.pid, number);
  return reaction && describeReaction(reaction, name);
}

/** @throws {TspodError} If the process outlives SIGKILL by seconds: it hangs in the kernel. */
export async function killAndWait(container: Container): Promise<void> {
  const { record, paths, state } = container;
  markStoppedByUser(container, "stop");
  signalProcess(state.pid, SIGKILL);
  const ended = await waitForState(paths, (now) => !isActive(now), { timeoutMs: AFTER_KILL_MS });
  if (ended === undefined) {
    throw new TspodError(
      `container ${record.id} did not end within 10 seconds of SIGKILL: its process ${state.pid} hangs in the kernel`,
    );
  }
}
