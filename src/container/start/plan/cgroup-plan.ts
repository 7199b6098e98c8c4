import { writeFileSync } from "node:fs";
import type { ContainerRecord } from "../../../options/container-record.ts";
import { hasCode } from "../../../os/system-error.ts";
import type { CgroupSupport } from "../../../rootless/cgroup.ts";
import type { CgroupPlan } from "../../../spec/host-facts.ts";

/** Where a container's cgroup goes, with what this user has. */
export function cgroupPlan(
  support: CgroupSupport,
  { id, options }: Pick<ContainerRecord, "id" | "options">,
): CgroupPlan {
  const none: CgroupPlan = {
    kind: "disabled",
    path: "",
    controllers: [],
    unified: support.kind !== "disabled" || support.version === 2,
  };
  if (support.kind === "disabled" || options.cgroups.mode === "disabled") return none;
  const { controllers } = support;
  if (support.kind === "systemd") {
    const slice = podSlice(options) ?? options.cgroups.parent ?? "user.slice";
    const group = `${support.parent}${slicePath(slice)}/libpod-${id}.scope`;
    return { kind: "systemd", path: `${slice}:libpod:${id}`, group, controllers, unified: true };
  }
  const split = options.cgroups.mode === "split";
  const parent = split
    ? support.parent
    : (podGroup(support, options) ?? options.cgroups.parent ?? support.parent);
  return {
    kind: "cgroupfs",
    path: `${parent}/libpod-${split ? "payload-" : ""}${id}`,
    controllers,
    unified: true,
  };
}

type InPod = Pick<ContainerRecord["options"], "pod" | "cgroups">;

/** The slice of a container's pod, where its cgroup is to lie in one. */
export function podSlice({ pod, cgroups }: InPod): string | undefined {
  if (pod === undefined || !cgroups.inPod) return undefined;
  return `${(cgroups.parent ?? "user.slice").replace(/\.slice$/, "")}-libpod_pod_${pod.id}.slice`;
}

/** The group of a container's pod, from the root of the tree, where its cgroup is to lie in one. */
export function podGroup(
  { parent }: { readonly parent: string },
  { pod, cgroups }: InPod,
): string | undefined {
  if (pod === undefined || !cgroups.inPod) return undefined;
  return `${cgroups.parent ?? parent}/tspod-pod-${pod.id}`;
}

/** `a-b.slice` lies in `a.slice`, and `-.slice` is the root (systemd.slice(5)). */
function slicePath(slice: string): string {
  const parts = slice
    .replace(/\.slice$/, "")
    .split("-")
    .filter(Boolean);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("-")}.slice`).join("");
}

/**
 * One line where containers can't have a cgroup, said once until the next reboot or log-in: it is a fact of
 * the host, and scripts read what else is on stderr.
 */
export function warnOfMissingCgroups(
  support: CgroupSupport,
  { runtimeDirectory, warn }: { runtimeDirectory: string; warn: (line: string) => void },
): void {
  if (support.kind !== "disabled" || support.reason.startsWith("--")) return;
  try {
    writeFileSync(`${runtimeDirectory}/cgroups-warned`, "", { flag: "wx" });
  } catch (error) {
    if (hasCode(error, "EEXIST")) return;
    throw error;
  }
  warn(`WARN[0000] containers run without cgroups, and so without resource limits: ${support.reason}`);
}
