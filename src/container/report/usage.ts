import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { readFacts } from "../state/fact-file.ts";
import type { Container } from "../state/list.ts";
import { listProcesses } from "./processes.ts";

/** What a container has used since its start; zeroes where it does not run or nobody counts. */
export interface Usage {
  readonly cpuNanoseconds: number;
  /** Nanoseconds since its start. */
  readonly upNanoseconds: number;
  /** Bytes, as all that follows but `processes`. */
  readonly memory: number;
  readonly memoryLimit: number;
  readonly networkIn: number;
  readonly networkOut: number;
  readonly blockIn: number;
  readonly blockOut: number;
  readonly processes: number;
  /** What no cgroup counts for it, and so is 0 above. */
  readonly uncounted: { readonly memory: boolean; readonly block: boolean };
}

export interface UsagePlaces {
  readonly root?: string;
  readonly proc?: string;
}

const NOTHING: Usage = {
  cpuNanoseconds: 0,
  upNanoseconds: 0,
  memory: 0,
  memoryLimit: 0,
  networkIn: 0,
  networkOut: 0,
  blockIn: 0,
  blockOut: 0,
  processes: 0,
  uncounted: { memory: false, block: false },
};
const TICK_NANOSECONDS = 1e7;

/**
 * Read it from the container's cgroup, and from its processes what that does not count.
 * @param now milliseconds since the epoch
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function readUsage(
  { paths, state }: Container,
  now: number,
  { root = "/sys/fs/cgroup", proc = "/proc" }: UsagePlaces = {},
): Usage {
  if (state.pid === 0) return NOTHING;
  const fact = readFacts(paths.startFile)?.get("cgroup");
  const own = fact === "systemd" ? cgroupOf(readText(join(proc, String(state.pid), "cgroup"))) : fact;
  const group = (name: string): string => (own === undefined ? "" : readText(join(root, own, name)));
  const cpu = /^usage_usec (\d+)$/m.exec(group("cpu.stat"))?.[1];
  const pids = group("pids.current").trim();
  const processes = cpu === undefined || pids === "" ? listProcesses(state.pid, proc) : [];
  const ticks = processes.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
  const limit = group("memory.max").trim();
  const controllers = group("cgroup.controllers").trim().split(" ");
  return {
    cpuNanoseconds: cpu === undefined ? ticks * TICK_NANOSECONDS : Number(cpu) * 1000,
    upNanoseconds: Math.max(0, (now - Number(state.startedAt ?? 0) * 1000) * 1e6),
    memory: Number(group("memory.current")),
    memoryLimit: /^\d+$/.test(limit) ? Math.min(Number(limit), totalmem()) : totalmem(),
    ...networkBytes(readText(join(proc, String(state.pid), "net/dev"))),
    ...blockBytes(group("io.stat")),
    processes: pids === "" ? processes.length : Number(pids),
    uncounted: { memory: !controllers.includes("memory"), block: !controllers.includes("io") },
  };
}

/** The line of cgroup v2, cgroups(7). */
function cgroupOf(text: string): string | undefined {
  return /^0::(.*)$/m.exec(text)?.[1];
}

/** All interfaces but lo: /proc/PID/net/dev, proc_pid_net(5). */
export function networkBytes(text: string): Pick<Usage, "networkIn" | "networkOut"> {
  const sums = { networkIn: 0, networkOut: 0 };
  for (const [, name, fields = ""] of text.matchAll(/^\s*([^\s:]+):\s*(.*)$/gm)) {
    if (name === "lo") continue;
    const numbers = fields.split(/\s+/).map(Number);
    sums.networkIn += numbers[0] ?? 0;
    sums.networkOut += numbers[8] ?? 0;
  }
  return sums;
}

/** All devices: io.stat. */
export function blockBytes(text: string): Pick<Usage, "blockIn" | "blockOut"> {
  const sum = (key: string): number =>
    [...text.matchAll(new RegExp(`\\b${key}=(\\d+)`, "g"))].reduce(
      (total, [, bytes]) => total + Number(bytes),
      0,
    );
  return { blockIn: sum("rbytes"), blockOut: sum("wbytes") };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // no such controller here, or the container has just ended
  }
}
