import type { CreateOptions } from "../../options/create-options.ts";
import type { HostFacts } from "../host-facts.ts";
import { canMountSysfs } from "./sysfs.ts";

const MASKED: readonly string[] = [
  "/proc/acpi",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/interrupts",
  "/sys/firmware",
  "/sys/fs/selinux",
  "/sys/dev/block",
  "/sys/devices/virtual/powercap",
];

const READ_ONLY: readonly string[] = [
  "/proc/asound",
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

/** Paths that are hidden from the container, and paths that it may only read. */
export interface PathMasks {
  readonly maskedPaths?: string[];
  readonly readonlyPaths?: string[];
}

/** Podman's lists, without what --security-opt unmask names, and with what mask names. */
export function pathMasks(options: CreateOptions, host: HostFacts): PathMasks {
  const { privileged, mask, unmask } = options.security;
  if (privileged) return mask.length === 0 ? {} : { maskedPaths: [...mask] };
  const isMasked = (path: string) =>
    !unmask.includes("ALL") && !unmask.some((pattern) => matches(pattern, path));
  const maskedPaths = [...MASKED, ...host.thermalThrottlePaths].filter(isMasked);
  // The host's own /sys is bound there: its kernel directory (debugfs, tracefs) is none of the container's
  // business.
  const ofHost = !canMountSysfs(options) && !unmask.includes("ALL") ? ["/sys/kernel"] : [];
  return {
    maskedPaths: [...new Set([...ofHost, ...maskedPaths, ...mask])],
    readonlyPaths: READ_ONLY.filter(isMasked),
  };
}

/** Shell pattern of one path; `*` and `?` stay within a component. */
function matches(pattern: string, path: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === path;
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${source}$`).test(path);
}
