import { closeSync, readSync, writeFileSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { pipe, setCloexec } from "../../os/descriptor.ts";
import type { Env } from "../../os/env.ts";
import type { Trace } from "../../os/launch.ts";
import { waitpid } from "../../os/process.ts";
import { libDirectory } from "../../os/program-files.ts";
import { releaseSignals } from "../../os/signals.ts";
import { spawn } from "../../os/spawn.ts";
import { hasCode } from "../../os/system-error.ts";
import { type MonitorFailure, parseAnswers } from "../../protocol/answers.ts";
import { descriptorsByNumber, GO, monitorArguments } from "../../protocol/descriptors.ts";
import { TRACE } from "../../protocol/environment.ts";
import { encodePlan, type PlanRecord } from "../../protocol/plan.ts";

export type MonitorAnswer =
  /** `syncFd`: the rest of the monitor's answers; the caller owns it. */
  | { readonly kind: "started"; readonly pid: number; readonly syncFd: number }
  | { readonly kind: "failed"; readonly failure: MonitorFailure };

export interface MonitorSurroundings {
  /** The descriptor with the shared flock that keeps the keeper. */
  readonly liveFd: number | undefined;
  readonly env: Env;
  readonly trace?: Trace | undefined;
  /** Called while there is something to wait for. */
  readonly keepCompiledCode: () => void;
  /** Descriptors of ours that become the process's 3, 4, …; the plan's `create` must say so too. */
  readonly preservedFds?: readonly number[];
  /** What become the process's stdin, stdout and stderr; absent: the monitor makes pipes. */
  readonly passthrough?: readonly [stdin: number, stdout: number, stderr: number] | undefined;
  /** The container's lock, which the monitor shares until the process has been started, or all is undone. */
  readonly lockFd?: number;
  /**
   * Writes what the runtime's `create` reads, while the monitor mounts and makes the network.
   * @returns what is called as soon as the runtime has created the process, before it is started
   */
  readonly prepare?: () => Promise<(() => void) | undefined>;
  /** Called with `syncFd` instead of awaiting the answer here, where nothing is to be done meanwhile. */
  readonly handOver?: ((syncFd: number) => never) | undefined;
  /** Reads the answer. Default: readSync(), which lets nothing else of this process go on. */
  readonly read?: ((fd: number, chunk: Buffer) => number | Promise<number>) | undefined;
}

/**
 * The variables of the user's environment that runtimes, slirp4netns and the bus need; others are not passed
 * on.
 */
const PASSED_ON = ["PATH", "HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "TMPDIR", TRACE];

/**
 * Start a monitor with its plan, and wait until its process runs or has failed to. On success the caller owns
 * `syncFd`: closed (or its process ended), a monitor that holds output back knows that nobody is going to
 * attach.
 * @throws {TspodError} If the monitor ends without an answer.
 * @throws What `prepare` throws, when the monitor has undone everything.
 */
export async function runMonitor(
  plan: readonly PlanRecord[],
  surroundings: MonitorSurroundings,
): Promise<MonitorAnswer> {
  const { prepare, handOver, keepCompiledCode, read, trace } = surroundings;
  const monitor = spawnMonitor(surroundings);
  let onCreated: (() => void) | undefined;
  try {
    send(monitor.planFd, encodePlan(plan));
    trace?.mark("start the monitor");
    onCreated = await prepare?.();
    send(monitor.planFd, GO);
    trace?.mark("write the bundle");
  } catch (error) {
    closeSync(monitor.planFd);
    readToEnd(monitor.syncFd);
    throw error;
  } finally {
    waitpid(monitor.pid); // it has forked at once
  }
  closeSync(monitor.planFd);
  // The client gets the signals, if there is going to be one; for others it is too late to undo the start.
  if (!handOver) releaseSignals();
  keepCompiledCode(); // the monitor is busy for some milliseconds
  if (!onCreated) handOver?.(monitor.syncFd);
  const answer = await readAnswer(monitor.syncFd, read, onCreated);
  trace?.mark("wait for the start");
  return answer;
}

/**
 * Our ends of a monitor's pipes, and the pid of the process that forked it: the container's monitor is no
 * child of ours.
 */
interface SpawnedMonitor {
  readonly planFd: number;
  readonly syncFd: number;
  readonly pid: number;
}

function spawnMonitor(surroundings: MonitorSurroundings): SpawnedMonitor {
  const { env, liveFd, lockFd, preservedFds = [], passthrough } = surroundings;
  using ours = new DisposableStack();
  using theirs = new DisposableStack();
  const [plan, sync] = [pipe(), pipe()];
  for (const fd of [plan.writeFd, sync.readFd]) ours.adopt(fd, closeSync);
  for (const fd of [plan.readFd, sync.writeFd]) theirs.adopt(fd, closeSync);
  const pid = spawn({
    file: `${libDirectory}/tspod-monitor`,
    argv: ["tspod-monitor", ...monitorArguments(preservedFds.length, passthrough !== undefined)],
    env: Object.fromEntries(PASSED_ON.map((name) => [name, env[name]])),
    fds: descriptorsByNumber({
      stdio: passthrough ?? [NULL_FD, NULL_FD, NULL_FD],
      plan: plan.readFd,
      sync: sync.writeFd,
      live: liveFd ?? NULL_FD,
      lock: lockFd ?? NULL_FD,
      preserved: preservedFds,
    }),
  });
  ours.move(); // the caller's now
  return { planFd: plan.writeFd, syncFd: sync.readFd, pid };
}

/** For spawn(): /dev/null. */
const NULL_FD = -1;

/** To a monitor that has left already nothing is sent: it says why on its other pipe. */
function send(fd: number, text: string): void {
  try {
    writeFileSync(fd, text);
  } catch (error) {
    if (!hasCode(error, "EPIPE")) throw error;
  }
}

function readToEnd(fd: number): void {
  const chunk = Buffer.alloc(4096);
  while (readSync(fd, chunk) > 0);
  closeSync(fd);
}

async function readAnswer(
  fd: number,
  read: MonitorSurroundings["read"] = readSync,
  onCreated?: () => void,
): Promise<MonitorAnswer> {
  const chunk = Buffer.alloc(4096);
  let text = "";
  let tell = onCreated;
  for (;;) {
    const size = await read(fd, chunk);
    text += chunk.toString("utf8", 0, size);
    const { created = 0, started, failure } = parseAnswers(text);
    if (created !== 0) {
      tell?.();
      tell = undefined;
    }
    if (failure !== undefined) {
      closeSync(fd);
      return { kind: "failed", failure };
    }
    if (started) return { kind: "started", pid: created, syncFd: fd };
    if (size === 0) {
      closeSync(fd);
      throw new TspodError(MONITOR_ENDED_EARLY);
    }
  }
}

export const MONITOR_ENDED_EARLY = "the container's monitor ended before the container was started";

/**
 * Let the descriptor survive execve: the attach client, and with it the monitor's knowledge of us, lives on.
 */
export function keepOverExec(fd: number): void {
  setCloexec(fd, false);
}
