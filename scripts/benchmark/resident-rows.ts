import { readFileSync } from "node:fs";
import type { Host } from "../../test/support/host.ts";
import { IMAGE } from "./command-rows.ts";
import { type Contest, onBoth } from "./contest.ts";
import type { Row } from "./row.ts";

/** Megabytes that only this process uses: what it costs to have it. */
export function privateMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
  return kilobytes / 1024;
}

function memoryOf(host: Host, pattern: RegExp): number {
  const [pid] = [...host.processes()].find(([, commandLine]) => pattern.test(commandLine)) ?? [];
  if (pid === undefined) throw new Error(`no process like ${pattern}`);
  return privateMemory(pid);
}

/**
 * What stays in memory for a container that runs in the foreground. The container "box" of commandRows()
 * runs.
 */
export async function residentRows(contest: Contest): Promise<Row[]> {
  const { tspod, podman } = contest;
  const clients = [tspod, podman].map(({ host }) =>
    host.start(
      ["run", "--name", "front", "--network", "none", IMAGE, "sh", "-c", "echo ready; exec sleep 100000"],
      { timeoutMs: 600_000 },
    ),
  );
  for (const client of clients) await client.saw(/ready/);
  const [ours = Number.NaN, theirs = Number.NaN] = clients.map((client) => privateMemory(client.pid));
  const rows: Row[] = [
    {
      what: "private memory: monitor (conmon)",
      unit: "MB",
      values: new Map([
        ["tspod", [memoryOf(tspod.host, /tspod-monitor/)]],
        ["podman", [memoryOf(podman.host, /^\S*conmon /)]],
      ]),
      goal: { below: 0.6 },
    },
    {
      what: "private memory: foreground client",
      unit: "MB",
      values: new Map([
        ["tspod", [ours]],
        ["podman", [theirs]],
      ]),
      goal: { below: 1 },
    },
  ];
  await onBoth(contest, ["rm", "-f", "-t", "0", "front"]);
  for (const client of clients) await client.ended;
  return rows;
}
