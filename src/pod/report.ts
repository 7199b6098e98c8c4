import { usualCgroup } from "../container/runtime/container-cgroup.ts";
import { podGroup, podSlice } from "../container/start/plan/cgroup-plan.ts";
import type { Engine } from "../container/state/engine.ts";
import { cgroupsIn } from "./cgroup.ts";
import { infraOf, type Pod } from "./state/pods.ts";

/** The cgroup of a pod and the one above, as the cgroup manager calls them; empty where there is none. */
export function podCgroup(
  engine: Pick<Engine, "env" | "launch" | "cgroupManager">,
  pod: Pod,
): { readonly parent: string; readonly path: string } {
  const { record } = pod;
  const [member] = [infraOf(pod), ...pod.members].filter((each) => each !== undefined);
  const support = usualCgroup(member?.record, engine);
  const options = {
    pod: { id: record.id, name: record.name },
    cgroups: cgroupsIn(record, { mode: "enabled" }),
  };
  if (support.kind === "disabled") return { parent: record.cgroupParent ?? "", path: "" };
  if (support.kind === "systemd") {
    const parent = record.cgroupParent ?? "user.slice";
    return { parent, path: `${parent}/${podSlice(options) ?? ""}` };
  }
  return { parent: record.cgroupParent ?? support.parent, path: podGroup(support, options) ?? "" };
}
