import { readFileSync } from "node:fs";
import type { Host } from "../../test/support/host.ts";
import { IMAGE } from "./command-rows.ts";
import { type Contest, onAll } from "./contest.ts";
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
  const run = [
    "run",
    "--name",
    "front",
    "--network",
    "none",
    IMAGE,
    "sh",
    "-c",
    "echo ready; exec sleep 100000",
  ];
  const clients = contest.engines.map(({ name, host }) => ({
    name,
    host,
    client: host.start(run, { timeoutMs: 600_000 }),
  }));
  for (const { client } of clients) await client.saw(/ready/);
  const rows: Row[] = [
    {
      what: "private memory: monitor (conmon)",
      unit: "MB",
      values: new Map(
        clients.map(({ name, host }) => [name, [memoryOf(host, /^\S*(?:tspod-monitor|conmon) /)]]),
      ),
      goal: { below: 0.6 },
    },
    {
      what: "private memory: foreground client",
      unit: "MB",
      values: new Map(clients.map(({ name, client }) => [name, [privateMemory(client.pid)]])),
      goal: { below: 1 },
    },
  ];
  await onAll(contest, ["rm", "-f", "-t", "0", "front"]);
  for (const { client } of clients) await client.ended;
  return rows;
}
