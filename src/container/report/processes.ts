import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { readBeginning } from "../../os/read-at-most.ts";
import { type ProcessFacts, parseProcess } from "./process-facts.ts";

/**
 * The processes of a container, in the order of their pids: those in the pid namespace of its first process
 * or in one below; where it shares the host's, its first process and all that come from it.
 * @param first pid of the container's first process
 */
export function listProcesses(first: number, proc = "/proc"): ProcessFacts[] {
  const namespace = pidNamespace(String(first), proc);
  const own = namespace !== pidNamespace("self", proc);
  const depth = namespaceDepth(first, proc);
  const members = new Set([first]);
  const found: ProcessFacts[] = [];
  for (const pid of pids(proc)) {
    const process = readProcess(pid, { proc, depth });
    if (process === undefined) continue;
    const inside = own && pidNamespace(String(pid), proc) === namespace;
    // In the order of their pids, parents mostly come before their children; a pid that was used before is
    // the exception.
    if (!inside && !members.has(pid) && !members.has(process.parent)) continue;
    members.add(pid);
    found.push(process);
  }
  return found;
}

function pids(proc: string): number[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** undefined where it has ended, or is none of our business. */
function pidNamespace(pid: string, proc: string): string | undefined {
  try {
    return readlinkSync(join(proc, pid, "ns/pid"));
  } catch {
    return undefined;
  }
}

/** The place of its innermost pid namespace among those that are visible from here. */
function namespaceDepth(pid: number, proc: string): number {
  const [, ids = ""] = /^NSpid:\s*(.*)$/m.exec(readFileSync(join(proc, String(pid), "status"), "utf8")) ?? [];
  return ids.split(/\s+/).length - 1;
}

/** Bytes of what a process says of itself. */
const LIMIT = 64 * 1024;

function readProcess(
  pid: number,
  { proc, depth }: { proc: string; depth: number },
): ProcessFacts | undefined {
  const text = (name: string): string => readBeginning(join(proc, String(pid), name), LIMIT);
  try {
    return parseProcess({ status: text("status"), stat: text("stat"), cmdline: text("cmdline") }, depth);
  } catch {
    return undefined; // it has ended meanwhile
  }
}
