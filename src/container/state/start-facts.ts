import type { Facts } from "../../protocol/facts.ts";
import type { CgroupPlan } from "../../spec/host-facts.ts";

/** What is noted of a run beside its time. */
export interface StartedRun {
  /** A word that no other run of the container has. */
  readonly run: string;
  /** Absolute path of the user's runtime directory that it has. */
  readonly runtimeDirectory: string;
  readonly cgroup: Pick<CgroupPlan, "kind" | "path" | "group">;
  /** Its process waits for a start. */
  readonly initialized: boolean;
}

/**
 * The note that a run has begun (ContainerPaths.startFile), as lines `key value`. So a look at the
 * container's state knows without another read whether it has a cgroup, where that is, and whether the
 * process waits for its start.
 * @param time `SECONDS.NANOSECONDS` since the epoch
 */
export function startFacts(time: string, { run, runtimeDirectory, cgroup, initialized }: StartedRun): string {
  const lines = [
    `time ${time}`,
    `run ${run}`,
    `runtime ${runtimeDirectory}`,
    ...(cgroup.kind === "cgroupfs" ? [`cgroup ${cgroup.path}`] : []),
    // systemd chooses the scope's path.
    ...(cgroup.kind === "systemd"
      ? ["cgroup systemd", ...(cgroup.group === undefined ? [] : [`group ${cgroup.group}`])]
      : []),
    ...(initialized ? ["initialized 1"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The note of an initialized run, once its process has begun. @param began as `time` of startFacts() */
export function asStarted(note: string, began: string): string {
  return note.replace(/^initialized 1$/m, `began ${began}`);
}

/** The cgroup that a run has been given, as a path from the root of the tree; undefined where it has none. */
export function notedCgroup(start: Facts | undefined): string | undefined {
  const path = start?.get("group") ?? start?.get("cgroup");
  return path?.startsWith("/") ? path : undefined;
}
