import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ResourceOptions } from "../../options/create-options.ts";
import type { PodMembership } from "../../options/pod-membership.ts";
import { deviceNumbers } from "../../os/files/device-numbers.ts";
import { hasCode } from "../../os/system-error.ts";
import type { CgroupPlan } from "../../spec/host-facts.ts";
import { readPodRecord } from "../../storage/pods/pod-directory.ts";
import type { Engine } from "../state/engine.ts";
import { weightOfShares } from "./cpu-weight.ts";

const ROOT = "/sys/fs/cgroup";
const PERIOD = 100_000;

/**
 * Make the cgroup of a pod, in which that of one of its containers is going to lie, and set the limits that
 * the pod was made with. Repeatable. Where the group can't have a limit, that is said.
 * @throws {TspodError} If systemd makes the groups, and refuses to.
 */
export async function limitPod(
  engine: Engine,
  { id }: PodMembership,
  cgroup: Pick<CgroupPlan, "kind" | "path">,
): Promise<void> {
  const { resources } = readPodRecord(engine.store, id);
  const files = [...Object.entries(limitFiles(resources)), ...deviceLimits(resources, numberOf)];
  if (files.length === 0) return;
  if (cgroup.kind === "systemd") return limitSlice(engine, cgroup.path, resources);
  if (cgroup.kind === "disabled") {
    engine.warn(`WARN[0000] the limits of pod ${id} are not held: its containers have no cgroups`);
    return;
  }
  const group = join(ROOT, dirname(cgroup.path));
  mkdirSync(group, { recursive: true });
  for (const [file, value] of files) {
    try {
      writeFileSync(join(group, file), value);
    } catch (error) {
      if (!hasCode(error, "ENOENT", "EACCES", "EPERM", "EINVAL", "ENODEV")) throw error;
      engine.warn(`WARN[0000] a limit of pod ${id} is not held: ${file} can't be set to ${value} here`);
    }
  }
}

/** @param path of a container's scope, as runtimes write it: `SLICE:libpod:ID` */
async function limitSlice(engine: Engine, path: string, resources: ResourceOptions): Promise<void> {
  const { sliceProperties, startSlice } = await import("./pod-slice.ts");
  const [slice = ""] = path.split(":");
  await startSlice(slice, sliceProperties(resources), engine.env);
}

/** Files of a group of cgroup v2 with their values (cgroups(7)). */
function limitFiles(resources: ResourceOptions): Readonly<Record<string, string>> {
  const { memory, memorySwap, nanoCpus, cpuShares, cpusetCpus, cpusetMems, blkioWeight } = resources;
  return {
    ...(memory !== undefined && { "memory.max": String(memory) }),
    ...(memory !== undefined &&
      memorySwap !== undefined && {
        "memory.swap.max": memorySwap < 0 ? "max" : String(memorySwap - memory),
      }),
    ...(nanoCpus !== undefined && { "cpu.max": `${Math.round((nanoCpus / 1e9) * PERIOD)} ${PERIOD}` }),
    ...(cpuShares !== undefined && cpuShares > 0 && { "cpu.weight": String(weightOfShares(cpuShares)) }),
    ...(cpusetCpus !== undefined && { "cpuset.cpus": cpusetCpus }),
    ...(cpusetMems !== undefined && { "cpuset.mems": cpusetMems }),
    ...(blkioWeight !== undefined && blkioWeight > 0 && { "io.weight": `default ${blkioWeight}` }),
  };
}

/**
 * Limits of single devices: a file of a group of cgroup v2, and a line to write to it (cgroups(7), io.max and
 * io.weight). Each line is written alone, for the kernel takes one device at a time.
 * @param number `8:0` of a device's path
 */
export function deviceLimits(
  {
    blkioWeightDevice,
    deviceReadBps,
    deviceWriteBps,
  }: Pick<ResourceOptions, "blkioWeightDevice" | "deviceReadBps" | "deviceWriteBps">,
  number: (path: string) => string,
): (readonly [file: string, line: string])[] {
  return [
    ...blkioWeightDevice.map(({ path, weight }) => ["io.weight", `${number(path)} ${weight}`] as const),
    ...deviceReadBps.map(({ path, rate }) => ["io.max", `${number(path)} rbps=${rate}`] as const),
    ...deviceWriteBps.map(({ path, rate }) => ["io.max", `${number(path)} wbps=${rate}`] as const),
  ];
}

/** The path itself where the device is gone, which the kernel refuses, so that the limit is warned of. */
function numberOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return path;
  const { major, minor } = deviceNumbers(status.rdev);
  return `${major}:${minor}`;
}
