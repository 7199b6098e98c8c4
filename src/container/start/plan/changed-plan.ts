import { namedRecord, type PlanRecord } from "../../../protocol/plan.ts";
import { runtimeCommand } from "../../../rootless/runtime.ts";
import { runningCgroup } from "../../runtime/container-cgroup.ts";
import type { Engine } from "../../state/engine.ts";
import type { Container } from "../../state/list.ts";
import { monitorEvent } from "../event.ts";
import { healthPlan } from "./health-plan.ts";
import { policyRecords } from "./start-plan.ts";

/**
 * What `update` can change of the plan of a container that runs (native/protocol.h, 3): all of these records,
 * since a monitor takes a missing one for something that is not asked for any more.
 */
export function changedPlan(
  { env, launch, cgroupManager, runtimeFlags }: Engine,
  { record, paths }: Container,
): PlanRecord[] {
  const command = runtimeCommand({
    runtime: record.runtime,
    runtimeDirectory: paths.runtimeDirectory,
    cgroup: runningCgroup(record, { env, launch, cgroupManager }),
    log: paths.runtimeLog,
    runtimeFlags,
  });
  return [
    ...policyRecords({ record, paths, runtimeCommand: command }),
    ...healthPlan({ record, paths, runtimeCommand: command }),
    ...(["restart", "health_status"] as const).map((name) =>
      namedRecord("event", { name, template: monitorEvent(record, name) }),
    ),
  ];
}
