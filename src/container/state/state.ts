import { readSmallText } from "../../os/files/read-small-file.ts";
import { isAlive, type ProcessIdentity } from "../../os/process-identity.ts";
import type { ExitFact, Facts, StatusFact } from "../../protocol/facts.ts";
import { isBeingStarted } from "./being-started.ts";
import { isBeingStopped } from "./being-stopped.ts";
import { readFacts } from "./fact-file.ts";
import { isFrozen } from "./freezer.ts";
import type { ContainerPaths } from "./paths.ts";

/** Podman's words for what a container is doing, as far as tspod has them (podman-ps(1)). */
export type ContainerStatus = "created" | "initialized" | "running" | "paused" | "stopping" | "exited";

/** What a container is doing, read from facts at one moment. */
export interface ContainerState {
  readonly status: ContainerStatus;
  /** 0 where there is none, as in inspect. */
  readonly pid: number;
  readonly monitorPid: number;
  /** 0 before the first end; -1 if --timeout ended it, or if no monitor was there to see how it ended. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Killed by the monitor, for --timeout. */
  readonly timedOut: boolean;
  /** `SECONDS.NANOSECONDS` since the epoch. */
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  readonly restartCount: number;
  /** When its monitor is going to run it again, as `SECONDS.NANOSECONDS`; undefined where it is not. */
  readonly restartsAt: string | undefined;
  /** The exit code of the run before, of a container that its monitor has run again. */
  readonly lastExitCode: number | undefined;
  /** The user's runtime directory that the run has, or the last one had; undefined before the first. */
  readonly runtimeDirectory: string | undefined;
}

const NEVER_RAN: ContainerState = {
  status: "created",
  pid: 0,
  monitorPid: 0,
  exitCode: 0,
  oomKilled: false,
  timedOut: false,
  startedAt: undefined,
  finishedAt: undefined,
  restartCount: 0,
  restartsAt: undefined,
  lastExitCode: undefined,
  runtimeDirectory: undefined,
};

/** The facts in the monitor's files, before anything is asked of the kernel. */
export interface StateFacts {
  readonly status: Facts<StatusFact> | undefined;
  readonly exit: Facts<ExitFact> | undefined;
  readonly start: Facts | undefined;
}

/**
 * The state of a container. No record says "running": a process does, with the start time that was noted, so
 * a reboot, a killed monitor and a reused pid all read as what they are.
 */
export function readContainerState(paths: ContainerPaths): ContainerState {
  // Written before anything else of a run: where it isn't, nothing else has to be looked for.
  const start = readFacts(paths.startFile);
  if (start === undefined) return NEVER_RAN;
  return deriveState(
    { status: readStatus(paths, start), exit: readFacts(paths.exitFile), start },
    {
      alive: isAlive,
      sameBoot: (boot) => boot === readSmallText("/proc/sys/kernel/random/boot_id").trim(),
      frozen: isFrozen,
      beingStarted: () => isBeingStarted(paths),
      beingStopped: () => isBeingStopped(paths),
    },
  );
}

/** A monitor of an earlier build, whose run has no name, has only the one in the runtime directory. */
function readStatus(paths: ContainerPaths, start: Facts): Facts<StatusFact> | undefined {
  return readFacts(start.has("run") ? paths.status : paths.runtimeStatus);
}

/** What is asked of the kernel. */
export interface StateQuestions {
  readonly alive: (identity: ProcessIdentity) => boolean;
  /** Whether the kernel still is in the run of that name, in which pids and start times were noted. */
  readonly sameBoot: (boot: string) => boolean;
  /** Whether the processes in a cgroup (freezer.ts), one of which is `pid`, are frozen. */
  readonly frozen: (cgroup: string, pid: number) => boolean;
  /** Whether a start is under way, of which nothing but the note of it is there. */
  readonly beingStarted: () => boolean;
  /** Whether a `stop` waits for its end. */
  readonly beingStopped: () => boolean;
}

/** The rule of readContainerState(), apart from where its facts come from. */
export function deriveState(facts: StateFacts, questions: StateQuestions): ContainerState {
  const { status, exit, start } = facts;
  const common = {
    restartCount: Number(status?.get("restarts") ?? exit?.get("restarts") ?? 0),
    runtimeDirectory: start?.get("runtime"),
    lastExitCode: status?.has("last") ? Number(status.get("last")) : undefined,
  };
  const { process, monitor } = livingIn(status, questions);
  if (status !== undefined && process !== undefined) {
    const waits = start?.has("initialized") || !status.has("started");
    const startedAt = waits ? undefined : later(start?.get("began"), status.get("started"));
    return {
      ...NEVER_RAN,
      ...common,
      status: waits ? "initialized" : runningStatus(start?.get("cgroup"), process, questions),
      pid: process,
      monitorPid: monitor ?? 0,
      startedAt,
    };
  }
  const ended = { ...endedState(exit, start, questions.beingStarted), ...common };
  // The process is gone and its monitor still cleans up; before the exit file is there, nobody knows the
  // code.
  if (monitor !== undefined && ended.finishedAt === undefined)
    return { ...ended, status: "stopping", monitorPid: monitor };
  const restartsAt = monitor === undefined ? undefined : status?.get("due");
  return { ...ended, restartsAt, monitorPid: monitor ?? 0 };
}

/** The pids of those that a status file names and that live. */
function livingIn(
  status: Facts<StatusFact> | undefined,
  { alive, sameBoot }: StateQuestions,
): { process?: number | undefined; monitor?: number | undefined } {
  const living = { process: aliveIn(status, "process", alive), monitor: aliveIn(status, "monitor", alive) };
  if (living.process === undefined && living.monitor === undefined) return {};
  const boot = status?.get("boot");
  return boot === undefined || sameBoot(boot) ? living : {};
}

/** A container without a cgroup can't be paused: nothing is asked for it. */
function runningStatus(
  cgroup: string | undefined,
  pid: number,
  { frozen, beingStopped }: Pick<StateQuestions, "frozen" | "beingStopped">,
): "running" | "paused" | "stopping" {
  if (cgroup !== undefined && frozen(cgroup, pid)) return "paused";
  return beingStopped() ? "stopping" : "running";
}

function endedState(
  exit: Facts<ExitFact> | undefined,
  start: Facts | undefined,
  beingStarted: () => boolean,
): ContainerState {
  // Until a run is there the one before it is the last.
  if (!isOfLastRun(exit, start) && !beingStarted())
    return { ...NEVER_RAN, status: "exited", exitCode: -1, startedAt: start?.get("time") };
  const finishedAt = exit?.get("finished");
  if (exit === undefined || finishedAt === undefined) return NEVER_RAN;
  return {
    ...NEVER_RAN,
    status: "exited",
    // As with Podman, for a container that --timeout ended.
    exitCode: exit.get("timeout") === "1" ? -1 : Number(exit.get("code") ?? -1),
    oomKilled: exit.get("oom") === "1",
    timedOut: exit.get("timeout") === "1",
    startedAt: later(start?.get("began"), exit.get("started")),
    finishedAt,
  };
}

/**
 * By the run's name: a clock that is set back has the end before the beginning. Earlier builds noted no name.
 */
function isOfLastRun(exit: Facts<ExitFact> | undefined, start: Facts | undefined): boolean {
  const [ended, begun] = [exit?.get("run"), start?.get("run")];
  if (ended !== undefined || begun !== undefined) return ended === begun;
  return compareTimes(exit?.get("finished") ?? "0", start?.get("time")) >= 0;
}

/**
 * Of an initialized run the monitor has noted when that was made, and of the runs after it when they began.
 */
function later(began: string | undefined, noted: string | undefined): string | undefined {
  return began !== undefined && compareTimes(began, noted) > 0 ? began : noted;
}

/** Order of two `SECONDS.NANOSECONDS`; undefined is before everything. */
function compareTimes(a: string, b: string | undefined): number {
  if (b === undefined) return 1;
  const [aSeconds = "0", aFraction = ""] = a.split(".");
  const [bSeconds = "0", bFraction = ""] = b.split(".");
  return (
    Number(aSeconds) - Number(bSeconds) || Number(aFraction.padEnd(9, "0")) - Number(bFraction.padEnd(9, "0"))
  );
}

/** The pid of a process that a status file names; undefined where that has ended. */
export function aliveIn(
  status: Facts<StatusFact> | undefined,
  key: "process" | "monitor",
  alive: (identity: ProcessIdentity) => boolean,
): number | undefined {
  const [pid, startTime] = status?.get(key)?.split(" ") ?? [];
  if (pid === undefined || startTime === undefined) return undefined;
  return alive({ pid: Number(pid), startTime }) ? Number(pid) : undefined;
}

/** Whether a process of the container exists. */
export function isActive(state: ContainerState): boolean {
  return state.pid !== 0;
}
