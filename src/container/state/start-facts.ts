import type { CgroupPlan } from "../../spec/host-facts.ts";

/** What is noted of a run beside its time. */
export interface StartedRun {
  readonly cgroup: Pick<CgroupPlan, "kind" | "path">;
  /** Its process waits for a start. */
  readonly initialized: boolean;
}

/**
 * The note that a run has begun (ContainerPaths.startFile), as lines `key value`. So a look at the
 * container's state knows without another read whether it has a cgroup, where that is, and whether the
 * process waits for its start.
 * @param time `SECONDS.NANOSECONDS` since the epoch
 */
export function startFacts(time: string, { cgroup, initialized }: StartedRun): string {
  const lines = [
    `time ${time}`,
    ...(cgroup.kind === "cgroupfs" ? [`cgroup ${cgroup.path}`] : []),
    // Its place is the manager's choice.
    ...(cgroup.kind === "systemd" ? ["cgroup systemd"] : []),
    ...(initialized ? ["initialized 1"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The note of an initialized run, once its process has begun. @param began as `time` of startFacts() */
export function asStarted(note: string, began: string): string {
  return note.replace(/^initialized 1$/m, `began ${began}`);
}
