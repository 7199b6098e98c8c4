import { TspodError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { type CgroupSupport, detectCgroup } from "../../rootless/cgroup.ts";
import { supportedBy } from "../../rootless/runtime.ts";
import { splitCgroup } from "../../rootless/split-cgroup.ts";
import type { Engine } from "../state/engine.ts";

type Surroundings = Pick<Engine, "env" | "launch" | "cgroupManager">;

/** The cgroup options of the runtime for a container that it has. */
export function runningCgroup(record: ContainerRecord, surroundings: Surroundings): CgroupSupport {
  if (record.options.cgroups.mode === "split") return { kind: "cgroupfs", parent: "", controllers: [] };
  return usualCgroup(record, surroundings);
}

/**
 * Where a container's cgroup can be made. With --cgroups split that is in our own, of which we leave the top.
 * @throws {TspodError} If our own cgroup is not ours to split.
 */
export function newCgroup(record: ContainerRecord, surroundings: Surroundings): CgroupSupport {
  if (record.options.cgroups.mode !== "split") return usualCgroup(record, surroundings);
  const split = splitCgroup();
  if (split === undefined)
    throw new TspodError(
      '--cgroups split: the cgroup of this call is not its own: call it from a systemd unit with "Delegate=yes", or use --cgroups enabled',
    );
  return split;
}

/** Where the cgroups of containers are made; without a record, of one that is yet to be made. */
export function usualCgroup(
  record: ContainerRecord | undefined,
  { env, launch, cgroupManager: asked }: Surroundings,
): CgroupSupport {
  const detected = detectCgroup({ env, uid: launch.uid, manager: record?.cgroupManager ?? asked });
  return record === undefined ? detected : supportedBy(record.runtime, detected);
}
