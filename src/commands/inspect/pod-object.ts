import type { Call } from "../../cli/define-command.ts";
import { NotFoundError } from "../../errors.ts";
import { podCgroup } from "../../pod/report.ts";
import { findPod, latestPod, type Pod } from "../../pod/state/pods.ts";
import { inspectPod } from "../../podman/inspect/pod.ts";
import type { FoundObject } from "./found-object.ts";

type Surroundings = Pick<Call, "store" | "runtimeDirectory" | "env" | "launch" | "globalFlags">;

/** The pod of that name, as inspect shows it. @throws {NotFoundError} In Podman's words. */
export function podObject(call: Surroundings, name: string): FoundObject {
  try {
    return objectOf(call, findPod(placeOf(call), name));
  } catch (error) {
    if (error instanceof NotFoundError) throw new NotFoundError(`no such pod ${name}`);
    throw error;
  }
}

/** The pod that was created last. */
export function findLatestPod(call: Surroundings): FoundObject {
  return objectOf(call, latestPod(placeOf(call)));
}

function placeOf(call: Surroundings) {
  return { store: call.store(), runtimeDirectory: call.runtimeDirectory };
}

function objectOf({ env, launch, globalFlags }: Surroundings, pod: Pod): FoundObject {
  const cgroup = podCgroup({ env, launch, cgroupManager: globalFlags["cgroup-manager"] }, pod);
  return { kind: "pod", object: inspectPod(pod, cgroup) };
}
