import type { CreateOptions, ResourceOptions } from "../../options/create-options.ts";
import type { CgroupPlan } from "../host-facts.ts";
import { CONTROLLER_OPTIONS, isLimit, unheldReason } from "./resources.ts";

/** What options are that ask for no limit, where that is not their absence. */
const NO_LIMITS: Readonly<Partial<ResourceOptions>> = {
  blkioWeightDevice: [],
  deviceReadBps: [],
  deviceWriteBps: [],
  deviceReadIops: [],
  deviceWriteIops: [],
  unified: {},
};

/**
 * Options without the limits that can't be held here: `--cgroups=besteffort`.
 * @param warn told of each limit that is left out
 */
export function withHeldLimits<T extends Pick<CreateOptions, "resources">>(
  options: T,
  cgroup: CgroupPlan,
  warn: (line: string) => void,
): T {
  const { resources } = options;
  const left: (keyof ResourceOptions)[] = [];
  const leaveOut = (option: keyof ResourceOptions, flag: string, controller: string): void => {
    left.push(option);
    warn(`WARN[0000] ${unheldReason(flag, controller, cgroup)}`);
  };
  for (const [controller, rows] of Object.entries(CONTROLLER_OPTIONS)) {
    if (cgroup.kind !== "disabled" && cgroup.controllers.includes(controller)) continue;
    for (const [option, flag] of rows) if (isLimit(resources[option])) leaveOut(option, flag, controller);
  }
  if (cgroup.kind === "disabled" && Object.keys(resources.unified).length > 0)
    leaveOut("unified", "--cgroup-conf", "memory");
  const none = Object.fromEntries(left.map((option) => [option, NO_LIMITS[option]]));
  return { ...options, resources: { ...resources, ...none } };
}
