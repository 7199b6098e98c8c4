import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Contestant } from "./contest.ts";
import { type Cost, costOf } from "./cost.ts";

/** What one build took, with everything that worked for it. */
export interface BuildCost extends Cost {
  /** Megabytes that went to the disk, until all of it was there. */
  readonly written: number;
}

const SECTOR = 512;
/** As scripts/benchmark/docker-daemon names it. */
const DOCKER_GROUP = "tspod-bench-docker";

/**
 * As costOf(), but the processor time is that of all processes of the bench's cgroup, and of Docker's: a
 * monitor of ours, a conmon, and a daemon are no children that anybody waits for. The bench itself waits.
 */
export async function buildCostOf(contestant: Contestant, args: readonly string[]): Promise<BuildCost> {
  const { directory } = contestant.host;
  const groups = groupsOf(contestant);
  flush(directory);
  const before = { cpu: cpuOf(groups), written: writtenTo(directory) };
  const cost = await costOf(contestant, args);
  const cpu = cpuOf(groups) - before.cpu;
  flush(directory);
  return { ...cost, cpu, written: writtenTo(directory) - before.written };
}

function flush(directory: string): void {
  execFileSync("sync", ["-f", directory]);
}

/** Absolute paths of cgroups of the unified hierarchy. */
function groupsOf({ name }: Contestant): string[] {
  const [, own = ""] = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8")) ?? [];
  const root = existsSync("/sys/fs/cgroup/unified/cgroup.procs")
    ? "/sys/fs/cgroup/unified"
    : "/sys/fs/cgroup";
  // Containers are beside the group that the bench is in.
  const groups = [join(root, dirname(own))];
  return name === "buildkit" ? [...groups, join(root, DOCKER_GROUP)] : groups;
}

/** Milliseconds of processor time until now, also of what has ended. */
function cpuOf(groups: readonly string[]): number {
  const used = groups.map((group) => {
    const [, microseconds] = /^usage_usec (\d+)$/m.exec(readFileSync(join(group, "cpu.stat"), "utf8")) ?? [];
    assert.ok(microseconds, `${group} has no usage_usec`);
    return Number(microseconds) / 1000;
  });
  return used.reduce((sum, each) => sum + each, 0);
}

/** Megabytes that were written until now to the device that a directory is on. */
function writtenTo(directory: string): number {
  const { dev } = statSync(directory, { bigint: true });
  const major = (dev >> 8n) & 0xfffn;
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
  const fields = readFileSync(`/sys/dev/block/${major}:${minor}/stat`, "utf8").trim().split(/ +/);
  return (Number(fields[6]) * SECTOR) / 1e6;
}
