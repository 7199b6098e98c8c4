import { execFile } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, hostname, release, totalmem, uptime } from "node:os";
import { promisify } from "node:util";
import { type CgroupSources, detectCgroup } from "../rootless/cgroup.ts";
import { fileSystemName } from "../rootless/file-system-name.ts";

/** Facts for `info` about the host. No other command loads this file, since it starts processes. */

/** Name and number of the distribution. @see os-release(5) */
export interface Distribution {
  readonly name: string;
  readonly version: string;
  readonly codename: string;
}

/** Facts of the host, as they are at this moment. Sizes in bytes. */
export interface HostInfo {
  readonly hostname: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryFree: number;
  readonly memoryTotal: number;
  readonly swapFree: number;
  readonly swapTotal: number;
  /** `0h 35m 33.00s (Approximately 0.04 days)` without what is in brackets. */
  readonly uptime: string;
  /** Shares of the processors' time since the start, in percent. */
  readonly cpuUsage: { readonly user: number; readonly system: number; readonly idle: number };
  readonly distribution: Distribution;
  readonly apparmor: boolean;
  readonly selinux: boolean;
  readonly seccomp: boolean;
}

/** @param root where /proc, /sys and /etc are */
export function readHostInfo(root = ""): HostInfo {
  const swap = parseMemory(readText(`${root}/proc/meminfo`));
  return {
    hostname: hostname(),
    kernel: release(),
    cpus: availableParallelism(),
    memoryFree: freemem(),
    memoryTotal: totalmem(),
    swapFree: swap.get("SwapFree") ?? 0,
    swapTotal: swap.get("SwapTotal") ?? 0,
    uptime: formatUptime(uptime()),
    cpuUsage: parseCpuUsage(readText(`${root}/proc/stat`)),
    distribution: parseOsRelease(readText(`${root}/etc/os-release`)),
    apparmor: readText(`${root}/sys/module/apparmor/parameters/enabled`).startsWith("Y"),
    selinux: existsSync(`${root}/sys/fs/selinux/enforce`),
    seccomp: /^Seccomp:/m.test(readText(`${root}/proc/self/status`)),
  };
}

/** What `info` says of the cgroups that a user has. */
export interface CgroupInfo {
  readonly manager: "systemd" | "cgroupfs";
  readonly version: "v1" | "v2";
  /** Those that containers can be limited with. */
  readonly controllers: readonly string[];
}

/** The cgroups of the user who calls. */
export function cgroupInfo(sources: CgroupSources): CgroupInfo {
  const cgroup = detectCgroup(sources);
  if (cgroup.kind === "disabled")
    return { manager: "cgroupfs", version: `v${cgroup.version}`, controllers: [] };
  return { manager: cgroup.kind, version: "v2", controllers: cgroup.controllers };
}

/** A program's version, and the package that it is from; empty where they are not known. */
export interface ProgramInfo {
  readonly package: string;
  readonly version: string;
}

/** @param path absolute path of the program */
export async function readProgramInfo(path: string): Promise<ProgramInfo> {
  const [version, owner] = await Promise.all([
    output(path, ["--version"]),
    output("dpkg-query", ["--search", path]),
  ]);
  const name = /^([^:,\s]+)/.exec(owner)?.[1];
  if (name === undefined) return { package: "Unknown", version };
  const format = "--showformat=" + "$" + "{Package}_$" + "{Version}_$" + "{Architecture}";
  return { package: await output("dpkg-query", ["--show", format, name]), version };
}

/** The file system that a path is on. */
export interface FileSystemUse {
  /** Bytes. */
  readonly allocated: number;
  /** Bytes. */
  readonly used: number;
  /** `extfs`; `<unknown>` where it has no name. */
  readonly name: string;
}

export function fileSystemUse(path: string): FileSystemUse {
  const { type, bsize, blocks, bfree } = statfsSync(path);
  return {
    allocated: bsize * blocks,
    used: bsize * (blocks - bfree),
    name: fileSystemName(type) ?? "<unknown>",
  };
}

/** @see proc_meminfo(5) */
function parseMemory(text: string): ReadonlyMap<string, number> {
  return new Map(
    [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, name = "", size]) => [name, Number(size) * 1024]),
  );
}

/** @see os-release(5) */
function parseOsRelease(text: string): Distribution {
  const fields = new Map(
    [...text.matchAll(/^([A-Z_]+)=["']?(.*?)["']?$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  return {
    name: fields.get("ID") ?? "unknown",
    version: fields.get("VERSION_ID") ?? "unknown",
    codename: fields.get("VERSION_CODENAME") ?? "",
  };
}

/** @see proc_stat(5): user nice system idle iowait irq softirq steal, in ticks */
function parseCpuUsage(text: string): HostInfo["cpuUsage"] {
  const ticks = (/^cpu +(.*)$/m.exec(text)?.[1] ?? "").split(" ").map(Number);
  const [user = 0, nice = 0, , idle = 0, iowait = 0] = ticks;
  const total = ticks.slice(0, 8).reduce((sum, value) => sum + value, 0) || 1;
  const percent = (value: number): number => Math.round((value / total) * 10000) / 100;
  return {
    user: percent(user + nice),
    system: percent(total - user - nice - idle - iowait),
    idle: percent(idle + iowait),
  };
}

function formatUptime(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${hours}h ${minutes}m ${(Math.floor(seconds) % 60).toFixed(2)}s`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // not on this host
  }
}

async function output(file: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(file, [...args], { timeout: 2000 });
    return stdout.trim();
  } catch {
    return ""; // not installed, or of another distribution
  }
}
