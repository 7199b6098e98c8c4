import { SYSTEMD_UNIT } from "../../../options/parse/auto-update.ts";
import type { Env } from "../../../os/env.ts";
import { namedRecord, type PlanRecord } from "../../../protocol/plan.ts";
import type { CgroupSupport } from "../../../rootless/cgroup.ts";

const SLICE = "user.slice";

export interface ScopeRequest {
  /** The scope's name, without `.scope`. */
  readonly name: string;
  readonly env: Env;
  /** Whether it outlives the service that it begins in. */
  readonly outlives: boolean;
}

/**
 * A monitor's own scope under the user's systemd manager, where it begins outside of that: `exec` and health
 * checks could not be moved from there to the container's group, and the log-in session would not end while
 * the monitor lives. Or where it begins in a service that is not the container's own, which would end it.
 * In the container's own unit it stays, wherever the manager's group is: systemd hears no other process's
 * READY=1.
 */
export function scopePlan(support: CgroupSupport, { name, env, outlives }: ScopeRequest): PlanRecord[] {
  const { XDG_RUNTIME_DIR: directory } = env;
  if (support.kind !== "systemd" || directory === undefined) return [];
  const own = env[SYSTEMD_UNIT];
  if (own !== undefined && own === support.unit) return [];
  const isInService = !support.outside && (support.unit?.endsWith(".service") ?? false);
  const leaves = isInService && outlives && own === undefined;
  if (!support.outside && !leaves) return [];
  return [
    namedRecord("scope", {
      name: `${name}.scope`,
      slice: SLICE,
      socket: `${directory}/systemd/private`,
    }),
  ];
}
