import type { FlagValues } from "../../../cli/flags/flag.ts";
import { FlagValueError, TspodError } from "../../../errors.ts";
import type { CreateOptions, ResourceOptions, Ulimit } from "../../../options/create-options.ts";
import { parseBytesRate, parseDeviceWeight, parseOperationsRate } from "../../../options/parse/device.ts";
import { parseCgroupConf } from "../../../options/parse/key-value.ts";
import { parseSize } from "../../../options/parse/size.ts";
import { parseUlimit } from "../../../options/parse/ulimit.ts";
import type { CreateFlags } from "./create-flags.ts";
import type { limitFlags } from "./resource-flags.ts";

const NANOS_PER_CPU = 1e9;

type LimitFlags = FlagValues<typeof limitFlags> & Pick<CreateFlags, "oom-kill-disable" | "cgroup-conf">;

/**
 * Only what is asked for is changed: for `update`, and clones.
 * @throws {TspodError} As resourcesFromFlags().
 */
export function limitChanges(flags: FlagValues<typeof limitFlags>): Partial<ResourceOptions> {
  const { unified: _, ...all } = resourcesFromFlags({
    ...flags,
    "oom-kill-disable": false,
    "cgroup-conf": [],
  });
  const given = Object.entries(all).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return Object.fromEntries(given);
}

/** @throws {TspodError} If a value can't be read, or flags contradict each other. */
export function resourcesFromFlags(flags: LimitFlags): ResourceOptions {
  const memory = parseMemory(flags.memory);
  const reservation = parseMemory(flags["memory-reservation"]);
  const swap = flags["memory-swap"] === "-1" ? -1 : parseMemory(flags["memory-swap"]);
  checkSwap(memory, swap);
  return {
    ...(memory !== undefined && { memory }),
    ...(reservation !== undefined && { memoryReservation: reservation }),
    ...(swap !== undefined && { memorySwap: swap }),
    ...(flags["memory-swappiness"] >= 0 && { memorySwappiness: parseSwappiness(flags["memory-swappiness"]) }),
    ...(flags["oom-kill-disable"] && { oomKillDisable: true }),
    ...cpuFromFlags(flags),
    ...(flags["pids-limit"] !== undefined && { pidsLimit: flags["pids-limit"] }),
    ...(flags["blkio-weight"] !== undefined && { blkioWeight: parseBlkioWeight(flags["blkio-weight"]) }),
    blkioWeightDevice: flags["blkio-weight-device"].map(parseDeviceWeight),
    deviceReadBps: flags["device-read-bps"].map(parseBytesRate),
    deviceWriteBps: flags["device-write-bps"].map(parseBytesRate),
    deviceReadIops: flags["device-read-iops"].map(parseOperationsRate),
    deviceWriteIops: flags["device-write-iops"].map(parseOperationsRate),
    unified: parseCgroupConf(flags["cgroup-conf"]),
  };
}

function parseMemory(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return parseSize(text);
  } catch (cause) {
    throw new TspodError("invalid value for memory", { cause });
  }
}

function checkSwap(memory: number | undefined, swap: number | undefined): void {
  if (swap === undefined || swap <= 0) return;
  if (memory === undefined)
    throw new TspodError("you should always set the memory limit when using a memory swap limit");
  if (swap < memory) throw new TspodError("minimum memoryswap limit should be larger than memory limit");
}

function parseSwappiness(value: number): number {
  if (value <= 100) return value;
  throw new TspodError(`invalid value: ${value}, valid memory swappiness range is 0-100`);
}

function cpuFromFlags(flags: LimitFlags): Partial<ResourceOptions> {
  const { cpus } = flags;
  const period = flags["cpu-period"];
  const quota = flags["cpu-quota"];
  if (cpus !== undefined && quota !== undefined)
    throw new TspodError("--cpu-quota and --cpus cannot be set together");
  if (cpus !== undefined && period !== undefined)
    throw new TspodError("--cpu-period and --cpus cannot be set together");
  return {
    ...(cpus !== undefined && { nanoCpus: parseCpus(cpus) }),
    ...(period !== undefined && { cpuPeriod: period }),
    ...(quota !== undefined && { cpuQuota: quota }),
    ...(flags["cpu-shares"] !== undefined && { cpuShares: flags["cpu-shares"] }),
    ...(flags["cpu-rt-period"] !== undefined && { cpuRtPeriod: flags["cpu-rt-period"] }),
    ...(flags["cpu-rt-runtime"] !== undefined && { cpuRtRuntime: flags["cpu-rt-runtime"] }),
    ...(flags["cpuset-cpus"] !== undefined && { cpusetCpus: flags["cpuset-cpus"] }),
    ...(flags["cpuset-mems"] !== undefined && { cpusetMems: flags["cpuset-mems"] }),
  };
}

function parseCpus(text: string): number {
  if (/^\d*\.?\d+$|^\d+\.$/.test(text)) return Math.round(Number(text) * NANOS_PER_CPU);
  throw new FlagValueError("cpus", text, `strconv.ParseFloat: parsing "${text}": invalid syntax`);
}

function parseBlkioWeight(text: string): number {
  if (!/^\d+$/.test(text))
    throw new TspodError(
      `invalid value for blkio-weight: strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  const weight = Number(text);
  if (weight === 0 || (weight >= 10 && weight <= 1000)) return weight;
  throw new TspodError(`invalid value for blkio-weight: "${text}" is not between 10 and 1000`);
}

/** @throws {TspodError} If one is no size. */
export function shmSizesFromFlags(flags: CreateFlags): Pick<CreateOptions, "shmSize" | "shmSizeSystemd"> {
  const systemd = flags["shm-size-systemd"];
  return {
    shmSize: sizeOf("shm-size", flags["shm-size"]),
    ...(systemd && { shmSizeSystemd: sizeOf("shm-size-systemd", systemd) }),
  };
}

function sizeOf(flag: string, text: string): number {
  try {
    return parseSize(text);
  } catch (cause) {
    throw new TspodError(`unable to translate --${flag}`, { cause });
  }
}

/** @throws {TspodError} If one is not of the form TYPE=SOFT[:HARD]. */
export function ulimitsFromFlags(
  flags: Pick<CreateFlags, "ulimit">,
): Pick<CreateOptions, "ulimits" | "ulimitHost"> {
  const ulimits = new Map<string, Ulimit>();
  for (const text of flags.ulimit.filter((text) => text !== "host")) {
    const ulimit = parseUlimit(text);
    ulimits.set(ulimit.type, ulimit);
  }
  return { ulimits: [...ulimits.values()], ulimitHost: flags.ulimit.includes("host") };
}
