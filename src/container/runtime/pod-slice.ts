import { execFile } from "node:child_process";
import { TspodError } from "../../errors.ts";
import type { ResourceOptions } from "../../options/create-options.ts";
import type { Env } from "../../os/env.ts";
import { weightOfShares } from "./cpu-weight.ts";

const MICROSECONDS = 1e6;
const NANOS_PER_CPU = 1e9;
/** UINT64_MAX: no limit, for systemd. */
const INFINITY = "18446744073709551615";

/** A property of a unit as busctl(1) takes it: name, signature, values. */
export type UnitProperty = readonly [name: string, signature: string, ...values: string[]];

/**
 * A pod's limits as properties of its slice.
 * @throws {TspodError} If a list of CPUs can't be read.
 * @see org.freedesktop.systemd1(5), systemd.resource-control(5)
 */
export function sliceProperties(resources: ResourceOptions): UnitProperty[] {
  const { memory, memorySwap, nanoCpus, cpuShares, cpusetCpus, cpusetMems, blkioWeight } = resources;
  const number = (name: string, value: number | string): UnitProperty => [name, "t", String(value)];
  return [
    ...(memory === undefined ? [] : [number("MemoryMax", memory)]),
    ...(memory === undefined || memorySwap === undefined
      ? []
      : [number("MemorySwapMax", memorySwap < 0 ? INFINITY : memorySwap - memory)]),
    ...(nanoCpus === undefined
      ? []
      : [number("CPUQuotaPerSecUSec", Math.round((nanoCpus / NANOS_PER_CPU) * MICROSECONDS))]),
    ...(cpuShares === undefined || cpuShares === 0 ? [] : [number("CPUWeight", weightOfShares(cpuShares))]),
    ...(cpusetCpus === undefined ? [] : [bitmap("AllowedCPUs", cpusetCpus)]),
    ...(cpusetMems === undefined ? [] : [bitmap("AllowedMemoryNodes", cpusetMems)]),
    ...(blkioWeight === undefined || blkioWeight === 0 ? [] : [number("IOWeight", blkioWeight)]),
    ...ofDevices(
      "IODeviceWeight",
      resources.blkioWeightDevice.map(({ path, weight }) => [path, weight]),
    ),
    ...ofDevices(
      "IOReadBandwidthMax",
      resources.deviceReadBps.map(({ path, rate }) => [path, rate]),
    ),
    ...ofDevices(
      "IOWriteBandwidthMax",
      resources.deviceWriteBps.map(({ path, rate }) => [path, rate]),
    ),
  ];
}

function ofDevices(
  name: string,
  devices: readonly (readonly [path: string, value: number])[],
): UnitProperty[] {
  if (devices.length === 0) return [];
  return [
    [name, "a(st)", String(devices.length), ...devices.flatMap(([path, value]) => [path, String(value)])],
  ];
}

/** `0-2,5` as the bytes of a mask, the lowest first. */
function bitmap(name: string, list: string): UnitProperty {
  const bytes: number[] = [];
  for (const range of list.split(",")) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range.trim()) ?? [];
    if (first === undefined) throw new TspodError(`"${list}" is no list of numbers such as 0-2,5`);
    for (let bit = Number(first); bit <= Number(last); bit++) {
      while (bytes.length <= bit >> 3) bytes.push(0);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return [name, "ay", String(bytes.length), ...bytes.map(String)];
}

const MANAGER = [
  "org.freedesktop.systemd1",
  "/org/freedesktop/systemd1",
  "org.freedesktop.systemd1.Manager",
] as const;

/**
 * Have the user's manager make a slice with limits. It lives until it is stopped, or the manager ends; one
 * that is there already has its limits.
 * @throws {TspodError} If the manager says no.
 */
export async function startSlice(
  slice: string,
  properties: readonly UnitProperty[],
  env: Env,
): Promise<void> {
  try {
    await callManager(
      [
        "StartTransientUnit",
        "ssa(sv)a(sa(sv))",
        slice,
        "fail",
        String(properties.length),
        ...properties.flat(),
        "0",
      ],
      env,
    );
  } catch (error) {
    if (!(error instanceof UnitExistsError)) throw error;
  }
}

/** Have the manager end a slice, with what is in it. One that is not there is no error. */
export async function stopSlice(slice: string, env: Env): Promise<void> {
  try {
    await callManager(["StopUnit", "ss", slice, "replace"], env);
  } catch (error) {
    if (!(error instanceof NoSuchUnitError)) throw error;
  }
}

class UnitExistsError extends TspodError {}
class NoSuchUnitError extends TspodError {}

/** The words of sd-bus for the names of errors that matter here. */
const CLASSES = [
  [/\b(?:was already loaded|already exists)\b/, UnitExistsError],
  [/\bnot loaded\b/, NoSuchUnitError],
] as const;

function callManager(words: readonly string[], env: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    const command = ["--user", "--quiet", "call", ...MANAGER, ...words];
    execFile("busctl", command, { env: { ...env } }, (error, _, stderr) => {
      if (error === null) return resolve();
      const said = error.code === "ENOENT" ? "busctl is not in $PATH" : stderr.trim() || error.message;
      const [, ErrorClass = TspodError] = CLASSES.find(([pattern]) => pattern.test(said)) ?? [];
      reject(new ErrorClass(`${words[0]} of the user's systemd manager: ${said}`));
    });
  });
}
