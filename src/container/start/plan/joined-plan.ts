import { readStartTime } from "../../../os/process-identity.ts";
import type { PlanRecord } from "../../../protocol/plan.ts";
import type { ContainerPlace } from "../../state/list.ts";
import { runningPid } from "../namespaces.ts";

/**
 * The processes whose namespaces a container joins by their pids: the monitor looks whether they are still
 * the same when the runtime has done so.
 * @param containers IDs
 * @throws {InUseError} If one is not running.
 */
export function joinedPlan(place: ContainerPlace, containers: readonly string[]): PlanRecord[] {
  return [...new Set(containers)].map((id) => {
    const pid = runningPid(place, id);
    const startTime = readStartTime(pid);
    // A state is read by the start time that was noted: what runs still is what was looked at.
    return ["joins", String(runningPid(place, id)), startTime ?? "0", id];
  });
}
