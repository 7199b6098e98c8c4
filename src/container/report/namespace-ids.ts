import { readlinkSync } from "node:fs";
import { join } from "node:path";

const NAMES = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"] as const;

/** Numbers of a process's namespaces; "" where it has none or is gone. */
export type NamespaceIds = Readonly<Record<(typeof NAMES)[number], string>>;

/** @see namespaces(7), The /proc/pid/ns/ directory */
export function namespaceIds(pid: number, proc = "/proc"): NamespaceIds {
  return Object.fromEntries(
    NAMES.map((name) => [name, namespaceId(join(proc, String(pid), "ns", name))]),
  ) as NamespaceIds;
}

function namespaceId(link: string): string {
  try {
    return /\[(\d+)\]/.exec(readlinkSync(link))?.[1] ?? "";
  } catch {
    return ""; // not running, or just ended
  }
}
