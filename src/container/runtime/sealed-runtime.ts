import type { PlanRecord } from "../../protocol/plan.ts";
import type { Runtime } from "../../rootless/runtime.ts";

/**
 * Whether the monitor runs the runtime from a sealed copy. crun replaces itself by one at each call, lest a
 * container writes to the program through /proc/PID/exe (CVE-2019-5736): given one, it starts in half the
 * time, 1.4 ms less.
 */
export function copyRuntimeRecords({ name }: Runtime): PlanRecord[] {
  return name === "crun" ? [["copy-runtime"]] : [];
}
