import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { isJsonFormat, toJson } from "../../../cli/output/json.ts";
import { type Column, printReport } from "../../../cli/output/report.ts";
import { sparkline } from "../../../cli/output/sparkline.ts";
import { readUsage, type Usage } from "../../../container/report/usage.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import { type Container, listContainers } from "../../../container/state/list.ts";
import { TspodError } from "../../../errors.ts";
import { type StatsRow, statsJson, statsRow } from "../../../podman/stats-row.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { templateFlag } from "../../flags/list-flags.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";

const COLUMNS: readonly Column<StatsRow>[] = [
  ["ID", (row) => row.ID],
  ["NAME", (row) => row.Name],
  ["CPU %", (row) => row.CPUPerc],
  ["MEM USAGE / LIMIT", (row) => row.MemUsage],
  ["MEM %", (row) => row.MemPerc],
  ["NET IO", (row) => row.NetIO],
  ["BLOCK IO", (row) => row.BlockIO],
  ["PIDS", (row) => String(row.PIDS)],
  ["CPU TIME", (row) => row.UpTime],
  ["AVG CPU %", (row) => row.AVGCPU],
];
const HEADINGS = {
  CPUPerc: "CPU %",
  MemUsage: "MEM USAGE / LIMIT",
  MemUsageBytes: "MEM USAGE / LIMIT",
  MemPerc: "MEM %",
  NetIO: "NET IO",
  BlockIO: "BLOCK IO",
  UpTime: "CPU TIME",
  AVGCPU: "AVG CPU %",
};

const flags = {
  all: { type: "boolean", short: "a", help: "Show all containers, not only those that run" },
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  interval: { type: "int", short: "i", value: "SECONDS", default: 5, help: "Seconds between two looks" },
  latest: selectionFlags.latest,
  "no-reset": { type: "boolean", help: "Do not clear the screen between two looks" },
  "no-stream": { type: "boolean", help: "Look once" },
  "no-trunc": { type: "boolean", help: "Show IDs in full" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "stats",
  operands: "[CONTAINER...]",
  summary: "Show what containers use of CPU, memory, network and disk",
  description:
    "Prints anew every few seconds. What no cgroup counts for a container is shown as 0; CPU time and processes are counted without one.",
  examples: [{ line: "tspod stats --no-stream web", help: "look once" }],
  flags,
  complete: "running-container",
  check({ flags: { all, latest, interval }, operands }) {
    if ([all, latest, operands.length > 0].filter(Boolean).length > 1)
      return "--all, --latest and containers cannot be used together";
    return interval < 1 ? "invalid interval, must be a positive number greater zero" : undefined;
  },
  async run(call) {
    const { interval } = call.flags;
    const stream = !call.flags["no-stream"];
    const { setTimeout: sleep } = await import("node:timers/promises");
    let before: ReadonlyMap<string, Usage> = new Map();
    const trends = new Map<string, number[]>();
    const { openRedraw } = await import("../../../cli/output/redraw.ts");
    const redraw = openRedraw(call);
    for (;;) {
      const clear = stream && !call.flags["no-reset"] && !isJsonFormat(call.flags.format);
      const containers = selected(call); // before the screen is cleared: an unknown name ends the call
      if (clear) redraw.begin();
      before = await printStats(clear ? redraw.call : call, { containers, before, trends });
      if (clear) redraw.end();
      call.flush();
      if (!stream) return;
      await sleep(interval * 1000, undefined, { signal: call.signal });
    }
  },
});

/** How many looks the bars behind the CPU's share show. */
const TREND_LENGTH = 12;
const FULL = 100;

/** For a person: what nothing counts is no 0, and of several looks the CPU's share is a line of bars. */
function terminalColumns(
  { flags: { "no-stream": once } }: Pick<Call<typeof flags>, "flags">,
  seen: ReadonlyMap<string, Usage>,
  trends: ReadonlyMap<string, readonly number[]>,
): Column<StatsRow>[] {
  const trend: Column<StatsRow> = ["TREND", (row) => sparkline(trends.get(row.ContainerID) ?? [], FULL)];
  return COLUMNS.flatMap((column): Column<StatsRow>[] => {
    const [heading, text] = column;
    const counter = heading.startsWith("MEM") ? "memory" : heading.startsWith("BLOCK") ? "block" : undefined;
    if (counter === undefined) return heading === "CPU %" && !once ? [column, trend] : [column];
    return [[heading, (row) => (seen.get(row.ContainerID)?.uncounted[counter] ? "--" : text(row))]];
  });
}

/** @returns what was seen, for the next look */
async function printStats(
  call: Call<typeof flags>,
  {
    containers,
    before,
    trends,
  }: {
    readonly containers: readonly Container[];
    readonly before: ReadonlyMap<string, Usage>;
    readonly trends: Map<string, number[]>;
  },
): Promise<ReadonlyMap<string, Usage>> {
  const now = Date.now();
  const noTrunc = call.flags["no-trunc"];
  const seen = new Map<string, Usage>();
  const rows = containers.map((container) => {
    const { id } = container.record;
    const usage = readUsage(container, now);
    seen.set(id, usage);
    const row = statsRow(container, usage, { before: before.get(id), noTrunc });
    trends.set(id, [...(trends.get(id) ?? []), row.CPU].slice(-TREND_LENGTH));
    return row;
  });
  const { format } = call.flags;
  if (isJsonFormat(format)) call.print(toJson(rows.map(statsJson), 1));
  else {
    await printReport(call, rows, {
      name: "stats",
      format,
      columns: call.terminal.stdout && format === undefined ? terminalColumns(call, seen, trends) : COLUMNS,
      headings: HEADINGS,
      embedded: ["ContainerStats"],
    });
  }
  return seen;
}

function selected(call: Call<typeof flags>): Container[] {
  const engine = engineOf(call);
  if (call.flags.latest) return [latestContainer(engine)];
  if (call.operands.length === 0) {
    return listContainers(engine).filter(({ state }) => call.flags.all || state.status === "running");
  }
  return call.operands.map((name) => {
    try {
      return findContainer(engine, name);
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      throw new TspodError(`unable to get list of containers: unable to look up container ${name}`, {
        cause: error,
      });
    }
  });
}
