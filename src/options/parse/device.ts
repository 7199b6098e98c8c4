import { TspodError } from "../../errors.ts";
import type { DeviceRate, DeviceRequest } from "../create-options.ts";
import { parseSize } from "./size.ts";

/** `--device SOURCE[:DESTINATION][:PERMISSIONS]`. @throws {TspodError} If it is not of that form. */
export function parseDevice(text: string): DeviceRequest {
  const [source = "", second, third, ...more] = text.split(":");
  if (more.length > 0 || source === "") throw new TspodError(`invalid device specification: ${text}`);
  if (third !== undefined) {
    if (!second?.startsWith("/")) throw new TspodError(`invalid device specification: ${text}`);
    if (!isPermissions(third)) throw new TspodError(`invalid device mode "${third}" in device "${text}"`);
    return { source, destination: second, permissions: third };
  }
  if (second === undefined) return { source, destination: source, permissions: "rwm" };
  if (second.startsWith("/")) return { source, destination: second, permissions: "rwm" };
  if (!isPermissions(second)) throw new TspodError(`invalid device mode "${second}" in device "${text}"`);
  return { source, destination: source, permissions: second };
}

function isPermissions(text: string): boolean {
  return /^[rwm]+$/.test(text) && new Set(text).size === text.length;
}

/**
 * `VENDOR/CLASS=NAME`.
 * @see https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md#kind
 */
const QUALIFIED =
  /^[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?\/[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?=[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?$/;

/** Whether --device names a device of the Container Device Interface, and no path. */
export function isCdiName(text: string): boolean {
  return QUALIFIED.test(text);
}

/** The device that a word of --gpus means: `all`, a number, or `device=NAME` as Docker has it. */
export function gpuDevice(word: string): string {
  return `nvidia.com/gpu=${word.replace(/^device=/, "")}`;
}

/** `--device-read-bps PATH:RATE`, the rate with a unit. @throws {TspodError} If it is not of that form. */
export function parseBytesRate(text: string): DeviceRate {
  const { path, value } = splitRate(text);
  return { path, rate: parseSize(value) };
}

/** `--device-read-iops PATH:RATE`. @throws {TspodError} If it is not of that form. */
export function parseOperationsRate(text: string): DeviceRate {
  const { path, value } = splitRate(text);
  if (!/^\d+$/.test(value)) {
    throw new TspodError(
      `invalid rate for device: ${text}. The correct format is <device-path>:<number>. Number must be a positive integer`,
    );
  }
  return { path, rate: Number(value) };
}

/** `--blkio-weight-device PATH:WEIGHT`. @throws {TspodError} If it is not of that form. */
export function parseDeviceWeight(text: string): { path: string; weight: number } {
  const { path, value } = splitRate(text);
  const weight = Number(value);
  if (!/^\d+$/.test(value) || (weight !== 0 && (weight < 10 || weight > 1000))) {
    throw new TspodError(`invalid weight for device: ${text}`);
  }
  return { path, weight };
}

function splitRate(text: string): { path: string; value: string } {
  const [path, value, ...more] = text.split(":");
  if (path === undefined || value === undefined || more.length > 0)
    throw new TspodError(`bad format: ${text}`);
  if (!path.startsWith("/dev/")) throw new TspodError(`bad format for device path: ${text}`);
  return { path, value };
}
