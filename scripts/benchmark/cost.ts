import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requireProgram, runProgram } from "../../test/support/program.ts";
import type { Contestant } from "./contest.ts";

/** What one call took, with all its child processes that it waited for. */
export interface Cost {
  /** Milliseconds from start to end. */
  readonly wall: number;
  /** Milliseconds of processor time, user and system. */
  readonly cpu: number;
  /** Megabytes that the largest of its processes had in memory at its peak. */
  readonly peak: number;
}

const TIMEOUT_MS = 300_000;

/**
 * Run a program to its end, by GNU time, which knows what its children took.
 * @param env added to the host's
 */
export async function costOf(
  { program, host }: Pick<Contestant, "program" | "host">,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  const report = join(host.directory, "cost");
  const time = requireProgram("time", "time");
  const began = performance.now();
  const { code, stderr } = await runProgram(time, ["-o", report, "-f", "%U %S %M", program, ...args], {
    env: { ...host.env, ...env },
    cwd: host.directory,
    timeoutMs: TIMEOUT_MS,
  });
  const wall = performance.now() - began;
  assert.equal(code, 0, `${program} ${args.join(" ")}: ${stderr}`);
  const [user = 0, system = 0, kilobytes = 0] = readFileSync(report, "utf8").trim().split(" ").map(Number);
  return { wall, cpu: (user + system) * 1000, peak: kilobytes / 1024 };
}
