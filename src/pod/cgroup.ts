import type { CgroupOptions } from "../options/create-options.ts";
import type { PodRecord } from "../options/pod-record.ts";

/**
 * Where the cgroup of one of a pod's containers goes: into the pod's, unless the container is to have none or
 * one elsewhere.
 * @param own as asked of the container
 */
export function cgroupsIn(
  { shareParent, cgroupParent }: Pick<PodRecord, "shareParent" | "cgroupParent">,
  own: CgroupOptions,
): CgroupOptions {
  if (own.mode === "disabled" || own.mode === "split" || own.parent !== undefined) return own;
  return {
    ...own,
    ...(cgroupParent !== undefined && { parent: cgroupParent }),
    ...(shareParent && { inPod: true }),
  };
}
