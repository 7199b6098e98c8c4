import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { isJsonFormat, toJson } from "../../cli/output/json.ts";
import { type Column, printReport } from "../../cli/output/report.ts";
import { readUsage, type Usage } from "../../container/report/usage.ts";
import { shortId } from "../../oci/short-id.ts";
import { findPod, latestPod, listPods, type Pod } from "../../pod/state/pods.ts";
import { statsRow } from "../../podman/stats-row.ts";
import { engineOf } from "../flags/engine-of.ts";
import { templateFlag } from "../flags/list-flags.ts";
import { podSelectionFlags } from "../flags/pod/select-pods.ts";

/** Seconds between two looks, as with Podman. */
const INTERVAL = 5;

interface PodStatsRow {
  readonly Pod: string;
  readonly CID: string;
  readonly Name: string;
  readonly CPU: string;
  readonly MemUsage: string;
  readonly MemUsageBytes: string;
  readonly Mem: string;
  readonly NetIO: string;
  readonly BlockIO: string;
  readonly PIDS: string;
}

const COLUMNS: readonly Column<PodStatsRow>[] = [
  ["POD", (row) => row.Pod],
  ["CID", (row) => row.CID],
  ["NAME", (row) => row.Name],
  ["CPU %", (row) => row.CPU],
  ["MEM USAGE/ LIMIT", (row) => row.MemUsage],
  ["MEM %", (row) => row.Mem],
  ["NET IO", (row) => row.NetIO],
  ["BLOCK IO", (row) => row.BlockIO],
  ["PIDS", (row) => row.PIDS],
];
const HEADINGS = {
  CPU: "CPU %",
  Mem: "MEM %",
  MemUsage: "MEM USAGE/ LIMIT",
  NetIO: "NET IO",
  BlockIO: "BLOCK IO",
};
const NOTHING: PodStatsRow = {
  Pod: "--",
  CID: "--",
  Name: "--",
  CPU: "--",
  MemUsage: "--",
  MemUsageBytes: "--",
  Mem: "--",
  NetIO: "--",
  BlockIO: "--",
  PIDS: "--",
};

const flags = {
  all: { ...podSelectionFlags.all, help: "Show all pods" },
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  latest: podSelectionFlags.latest,
  "no-reset": { type: "boolean", help: "Do not clear the screen between two looks" },
  "no-stream": { type: "boolean", help: "Look once" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "pod stats",
  operands: "[POD...]",
  summary: "Show what the containers of pods use of CPU, memory, network and disk",
  description: "Prints anew every five seconds. Without a name all pods are shown.",
  examples: [{ line: "tspod pod stats --no-stream web", help: "look once" }],
  flags,
  complete: "pod",
  check: ({ flags: { all, latest }, operands }) =>
    [all, latest, operands.length > 0].filter(Boolean).length > 1
      ? "--all, --latest and arguments cannot be used together"
      : undefined,
  async run(call) {
    const stream = !call.flags["no-stream"];
    const { setTimeout: sleep } = await import("node:timers/promises");
    let before: ReadonlyMap<string, Usage> = new Map();
    const { openRedraw } = await import("../../cli/output/redraw.ts");
    const redraw = openRedraw(call);
    for (;;) {
      const clear = stream && !call.flags["no-reset"] && !isJsonFormat(call.flags.format);
      const pods = selected(call); // before the screen is cleared: an unknown name ends the call
      if (clear) redraw.begin();
      before = await printStats(clear ? redraw.call : call, pods, before);
      if (clear) redraw.end();
      call.flush();
      if (!stream) return;
      await sleep(INTERVAL * 1000, undefined, { signal: call.signal });
    }
  },
});

/** @returns what was seen, for the next look */
async function printStats(
  call: Call<typeof flags>,
  pods: readonly Pod[],
  before: ReadonlyMap<string, Usage>,
): Promise<ReadonlyMap<string, Usage>> {
  const now = Date.now();
  const seen = new Map<string, Usage>();
  const rows = pods.flatMap((pod) =>
    pod.members
      .filter(({ state }) => state.status === "running")
      .map((member) => {
        const { id } = member.record;
        const usage = readUsage(member, now);
        seen.set(id, usage);
        return rowOf(pod, statsRow(member, usage, { before: before.get(id), noTrunc: false }));
      }),
  );
  const shown = rows.length === 0 ? [NOTHING] : rows;
  const { format } = call.flags;
  if (isJsonFormat(format)) call.print(toJson(rows, 1));
  else await printReport(call, shown, { name: "stats", format, columns: COLUMNS, headings: HEADINGS });
  return seen;
}

function rowOf({ record }: Pod, row: ReturnType<typeof statsRow>): PodStatsRow {
  return {
    Pod: shortId(record.id),
    CID: row.ID,
    Name: row.Name,
    CPU: row.CPUPerc,
    MemUsage: row.MemUsage,
    MemUsageBytes: row.MemUsageBytes,
    Mem: row.MemPerc,
    NetIO: row.NetIO,
    BlockIO: row.BlockIO,
    PIDS: String(row.PIDS),
  };
}

function selected(call: Call<typeof flags>): readonly Pod[] {
  const engine = engineOf(call);
  if (call.flags.latest) return [latestPod(engine)];
  return call.operands.length > 0
    ? call.operands.map((name) => findPod(engine, name))
    : listPods(engine).toReversed();
}
