import { join } from "node:path";
import type { CgroupSupport } from "../rootless/cgroup.ts";
import type { PlanRecord } from "./monitor-plan.ts";

const SLICE = "user.slice";

/**
 * A monitor's own scope under the user's systemd manager, where it begins outside of that: `exec` and health checks could not
 * be moved from there to the container's group, and the log-in session would not end while the monitor lives.
 * @param name of the scope, without `.scope`
 */
export function scopePlan(
  support: CgroupSupport,
  { name, env }: { name: string; env: Readonly<Record<string, string | undefined>> },
): PlanRecord[] {
  const { XDG_RUNTIME_DIR: directory } = env;
  if (support.kind !== "systemd" || !support.outside || directory === undefined) return [];
  return [["scope", `${name}.scope`, SLICE, join(directory, "systemd/private")]];
}
