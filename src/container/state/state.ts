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
  /** 0 before the first end; -1 where --timeout ended it, or nobody was there to see how it ended. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Killed by the monitor, for --timeout. */
  readonly timedOut: boolean;
  /** `SECONDS.NANOSECONDS` since the epoch. */
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  readonly restartCount: number;
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
};

/** What the monitor's files say, before anything is asked of the kernel. */
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
    { status: readFacts(paths.status), exit: readFacts(paths.exitFile), start },
    {
      alive: isAlive,
      frozen: isFrozen,
      beingStarted: () => isBeingStarted(paths),
      beingStopped: () => isBeingStopped(paths),
    },
  );
}

/** What is asked of the kernel. */
export interface StateQuestions {
  readonly alive: (identity: ProcessIdentity) => boolean;
  /** Whether the processes in a cgroup (freezer.ts), one of which is `pid`, are frozen. */
  readonly frozen: (cgroup: string, pid: number) => boolean;
  /** Whether a start is under way, of which nothing but the note of it is there. */
  readonly beingStarted: () => boolean;
  /** Whether a `stop` waits for its end. */
  readonly beingStopped: () => boolean;
}

/** The rule of readContainerState(), apart from where its facts come from. */
export function deriveState(
  { status, exit, start }: StateFacts,
  { alive, frozen, beingStarted, beingStopped }: StateQuestions,
): ContainerState {
  const process = aliveIn(status, "process", alive);
  const monitor = aliveIn(status, "monitor", alive);
  const restartCount = Number(status?.get("restarts") ?? exit?.get("restarts") ?? 0);
  if (status !== undefined && process !== undefined) {
    const waits = start?.has("initialized") || !status.has("started");
    const startedAt = waits ? undefined : later(start?.get("began"), status.get("started"));
    return {
      ...NEVER_RAN,
      status: waits ? "initialized" : runningStatus(start?.get("cgroup"), process, { frozen, beingStopped }),
      pid: process,
      monitorPid: monitor ?? 0,
      startedAt,
      restartCount,
    };
  }
  const ended = endedState(exit, start, { restartCount, beingStarted });
  // The process is gone and its monitor still cleans up; before the exit file is there, nobody knows the
  // code.
  if (monitor !== undefined && ended.finishedAt === undefined)
    return { ...ended, status: "stopping", monitorPid: monitor };
  return { ...ended, monitorPid: monitor ?? 0 };
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
  { restartCount, beingStarted }: { restartCount: number; beingStarted: () => boolean },
): ContainerState {
  const lastStart = start?.get("time");
  const finishedAt = exit?.get("finished");
  const isOfLastRun = compareTimes(finishedAt ?? "0", lastStart) >= 0;
  // Until a run is there the one before it is the last.
  if (!isOfLastRun && !beingStarted())
    return { ...NEVER_RAN, status: "exited", exitCode: -1, startedAt: lastStart, restartCount };
  if (exit !== undefined && finishedAt !== undefined) {
    return {
      ...NEVER_RAN,
      status: "exited",
      // Podman's, for a container that --timeout ended.
      exitCode: exit.get("timeout") === "1" ? -1 : Number(exit.get("code") ?? -1),
      oomKilled: exit.get("oom") === "1",
      timedOut: exit.get("timeout") === "1",
      startedAt: later(start?.get("began"), exit.get("started")),
      finishedAt,
      restartCount,
    };
  }
  return NEVER_RAN;
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
