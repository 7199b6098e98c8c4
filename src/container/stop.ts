import { TspodError } from "../errors.ts";
import { parseSignal } from "../oci/signal.ts";
import { abandon } from "./start/abandoned.ts";
import { noteStopping } from "./state/being-stopped.ts";
import type { Container, ContainerPlace } from "./state/list.ts";
import { signalProcess } from "./state/signal-process.ts";
import { isActive } from "./state/state.ts";
import { endRestarts, markStoppedByUser } from "./state/stopped-by-user.ts";
import { isSettled, waitForState } from "./state/wait.ts";

const SIGKILL = 9;
/** How long the kernel and the monitor may take to clear away a killed container. */
const AFTER_KILL_MS = 10_000;

export interface StopOptions {
  /** Seconds between the stop signal and SIGKILL; negative: wait without end. */
  readonly timeout: number;
  readonly warn: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Stop signal, wait, SIGKILL, wait. No lock is held, so that others can look at the container meanwhile.
 * A container that does not run is none of our business: that is success.
 * @throws {TspodError} If it is paused, or still there some seconds after SIGKILL.
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
  const state = await endRestarts(container);
  if (isActive(state)) await endProcess({ ...container, state }, options);
  const settled = await waitForState(paths, isSettled, { timeoutMs: AFTER_KILL_MS });
  if (settled === undefined)
    throw new TspodError(
      `container ${record.id} has ended, but its monitor does not finish: try again, or "rm -f" it`,
    );
  abandon(place, container);
}

async function endProcess(container: Container, options: StopOptions): Promise<void> {
  const { record, state } = container;
  const { stopSignal } = record.options.process;
  using _note = noteStopping(container.paths);
  // Before its first instruction a process has no handlers, and the first of a pid namespace needs one to be
  // ended.
  const timeout = state.status === "initialized" ? 0 : options.timeout;
  if (timeout !== 0 && (await endedBySignal(container, parseSignal(stopSignal).number, options))) return;
  if (timeout > 0) {
    options.warn(
      `StopSignal ${stopSignal} failed to stop container ${record.name} in ${timeout} seconds, resorting to SIGKILL`,
    );
  }
  await killAndWait(container);
}

async function endedBySignal(
  { paths, state }: Container,
  signal: number,
  options: StopOptions,
): Promise<boolean> {
  if (!signalProcess(state.pid, signal)) return true;
  const ended = await waitForState(paths, (now) => !isActive(now), {
    ...(options.timeout < 0 ? {} : { timeoutMs: options.timeout * 1000 }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return ended !== undefined;
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
