import { TspodError } from "../../errors.ts";
import type { SpecResources, SpecThrottle } from "../../oci/runtime-spec.ts";
import type { CreateOptions, DeviceRate, ResourceOptions } from "../../options/create-options.ts";
import type { CgroupPlan, HostFacts } from "../host-facts.ts";
import { swapLimit } from "../shown-options.ts";

const DEFAULT_PIDS_LIMIT = 2048;
const CPU_PERIOD = 100_000;
const NANOS_PER_CPU = 1_000_000_000;

/** Which options need which controller, in the words of the command line. */
export const CONTROLLER_OPTIONS: Readonly<
  Record<string, readonly (readonly [keyof ResourceOptions, string])[]>
> = {
  memory: [
    ["memory", "--memory"],
    ["memoryReservation", "--memory-reservation"],
    ["memorySwap", "--memory-swap"],
  ],
  cpu: [
    ["nanoCpus", "--cpus"],
    ["cpuShares", "--cpu-shares"],
    ["cpuPeriod", "--cpu-period"],
    ["cpuQuota", "--cpu-quota"],
  ],
  cpuset: [
    ["cpusetCpus", "--cpuset-cpus"],
    ["cpusetMems", "--cpuset-mems"],
  ],
  pids: [["pidsLimit", "--pids-limit"]],
  io: [
    ["blkioWeight", "--blkio-weight"],
    ["blkioWeightDevice", "--blkio-weight-device"],
    ["deviceReadBps", "--device-read-bps"],
    ["deviceWriteBps", "--device-write-bps"],
    ["deviceReadIops", "--device-read-iops"],
    ["deviceWriteIops", "--device-write-iops"],
  ],
};

/**
 * Limits of the container. No device rules: a user without rights can't set any, and needs none, being unable
 * to make device nodes.
 * @throws {TspodError} If a limit is asked for that can't be held here.
 */
export function resources(
  { resources: asked }: Pick<CreateOptions, "resources">,
  host: Pick<HostFacts, "cgroup" | "deviceNumbers">,
): SpecResources {
  // What is no device is wrong everywhere, whatever the cgroup can hold.
  const blockIO = blockIoLimits(asked, host.deviceNumbers);
  checkControllers(asked, host.cgroup);
  if (host.cgroup.kind === "disabled") return {};
  const memory = memoryLimits(asked);
  const cpu = cpuLimits(asked);
  const pids = pidsLimit(asked, host.cgroup);
  return {
    ...(!isEmpty(memory) && { memory }),
    ...(!isEmpty(cpu) && { cpu }),
    ...(pids !== undefined && { pids: { limit: pids } }),
    ...(!isEmpty(blockIO) && { blockIO }),
    ...(!isEmpty(asked.unified) && { unified: { ...asked.unified } }),
  };
}

function checkControllers(asked: ResourceOptions, cgroup: CgroupPlan): void {
  for (const [controller, rows] of Object.entries(CONTROLLER_OPTIONS)) {
    if (cgroup.kind !== "disabled" && cgroup.controllers.includes(controller)) continue;
    const row = rows.find(([key]) => isLimit(asked[key]));
    if (row !== undefined) throw new TspodError(unheldReason(row[1], controller, cgroup));
  }
  if (cgroup.kind === "disabled" && !isEmpty(asked.unified))
    throw new TspodError(unheldReason("--cgroup-conf", "memory", cgroup));
}

/** `--memory can't be held: …` */
export function unheldReason(flag: string, controller: string, cgroup: CgroupPlan): string {
  return `${flag} can't be held: ${missing(controller, cgroup)}`;
}

function missing(controller: string, cgroup: CgroupPlan): string {
  if (cgroup.kind === "disabled") {
    return "containers of this user have no cgroup here; limits need cgroup v2 and a systemd user session, or a delegated cgroup";
  }
  return `the "${controller}" cgroup controller is not delegated to this user; as root, put "[Service]" and "Delegate=cpu cpuset io memory pids" into /etc/systemd/system/user@.service.d/delegate.conf, run "systemctl daemon-reload", and log in again`;
}

export function isLimit(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== 0 && value !== -1 && value !== "";
}

function memoryLimits(asked: ResourceOptions): NonNullable<SpecResources["memory"]> {
  const { memory, memoryReservation, memorySwappiness, oomKillDisable } = asked;
  const swap = swapLimit(asked);
  return {
    ...(memory && { limit: memory }),
    ...(memoryReservation && { reservation: memoryReservation }),
    ...(swap && { swap }),
    ...(memorySwappiness !== undefined && memorySwappiness >= 0 && { swappiness: memorySwappiness }),
    ...(oomKillDisable && { disableOOMKiller: true }),
  };
}

function cpuLimits(asked: ResourceOptions): NonNullable<SpecResources["cpu"]> {
  const { cpuShares, cpuPeriod, cpuQuota, nanoCpus, cpuRtPeriod, cpuRtRuntime, cpusetCpus, cpusetMems } =
    asked;
  return {
    ...(cpuShares && { shares: cpuShares }),
    ...(cpuQuota && { quota: cpuQuota }),
    ...(cpuPeriod && { period: cpuPeriod }),
    ...(nanoCpus && { quota: Math.round((nanoCpus * CPU_PERIOD) / NANOS_PER_CPU), period: CPU_PERIOD }),
    ...(cpuRtPeriod && { realtimePeriod: cpuRtPeriod }),
    ...(cpuRtRuntime && { realtimeRuntime: cpuRtRuntime }),
    ...(cpusetCpus && { cpus: cpusetCpus }),
    ...(cpusetMems && { mems: cpusetMems }),
  };
}

function pidsLimit({ pidsLimit: asked }: ResourceOptions, { controllers }: CgroupPlan): number | undefined {
  if (!controllers.includes("pids")) return undefined;
  if (asked === undefined) return DEFAULT_PIDS_LIMIT;
  return asked <= 0 ? -1 : asked;
}

function blockIoLimits(
  asked: ResourceOptions,
  numbers: HostFacts["deviceNumbers"],
): NonNullable<SpecResources["blockIO"]> {
  const throttle = (rates: readonly DeviceRate[]): SpecThrottle[] =>
    rates.map(({ path, rate }) => ({ ...deviceNumber(path, numbers), rate }));
  const { blkioWeight, blkioWeightDevice, deviceReadBps, deviceWriteBps, deviceReadIops, deviceWriteIops } =
    asked;
  return {
    ...(blkioWeight && { weight: blkioWeight }),
    ...(blkioWeightDevice.length > 0 && {
      weightDevice: blkioWeightDevice.map(({ path, weight }) => ({ ...deviceNumber(path, numbers), weight })),
    }),
    ...(deviceReadBps.length > 0 && { throttleReadBpsDevice: throttle(deviceReadBps) }),
    ...(deviceWriteBps.length > 0 && { throttleWriteBpsDevice: throttle(deviceWriteBps) }),
    ...(deviceReadIops.length > 0 && { throttleReadIOPSDevice: throttle(deviceReadIops) }),
    ...(deviceWriteIops.length > 0 && { throttleWriteIOPSDevice: throttle(deviceWriteIops) }),
  };
}

function deviceNumber(path: string, numbers: HostFacts["deviceNumbers"]): { major: number; minor: number } {
  const found = numbers[path];
  if (found === undefined) throw new TspodError(`${path}: not a block device`);
  return found;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
