import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import type { Colour } from "../../../cli/output/colour.ts";
import { isJsonFormat, isJsonLinesFormat, printJson } from "../../../cli/output/json.ts";
import { type Column, printReport } from "../../../cli/output/report.ts";
import { clearLeftovers } from "../../../container/start/leftover.ts";
import { isAbandonedRm } from "../../../container/state/abandoned-rm.ts";
import { type Container, type ContainerPlace, listContainers } from "../../../container/state/list.ts";
import { TspodError } from "../../../errors.ts";
import { type PsRow, psJson, psRow } from "../../../podman/container-row.ts";
import { type Shown, SORT_KEYS, sortContainers } from "../../../podman/container-sort.ts";
import { networkOf } from "../../../podman/network-owner.ts";
import { listFilter, templateFlag } from "../../flags/list-flags.ts";

const HEADINGS = {
  ID: "CONTAINER ID",
  ImageID: "IMAGE ID",
  Pid: "PID",
  CIDFile: "CID FILE",
  PodID: "POD ID",
  PodName: "PODNAME",
};

const flags = {
  all: { type: "boolean", short: "a", help: "Show all the containers, not only those that run" },
  external: {
    type: "boolean",
    aliases: ["storage"],
    help: "Ignored: there are no containers of other programs in the store",
  },
  filter: listFilter(
    "Show only containers that fit: id, name, label, status, exited, ancestor, before, since, until, volume, network, …",
  ),
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  last: {
    type: "int",
    short: "n",
    value: "N",
    default: -1,
    help: "Show the N containers created last, in any state",
  },
  latest: { type: "boolean", short: "l", help: "Show the container created last, in any state" },
  "no-trunc": { type: "boolean", help: "Show IDs and commands in full" },
  noheading: { type: "boolean", help: "Print no column headings" },
  ns: { type: "boolean", aliases: ["namespace"], help: "Show the numbers of the containers' namespaces" },
  pod: { type: "boolean", short: "p", help: "Show ID and name of the pod that the container is in" },
  quiet: { type: "boolean", short: "q", help: "Print IDs only" },
  size: { type: "boolean", short: "s", help: "Show how much the containers' files take" },
  sort: {
    type: "string",
    value: "KEY",
    default: "created",
    choices: SORT_KEYS,
    help: `Sort by: ${SORT_KEYS.join(", ")}`,
  },
  sync: { type: "boolean", help: "Ignored: a container's state is always read from the facts" },
  watch: {
    type: "int",
    unsigned: true,
    short: "w",
    value: "SECONDS",
    help: "Print anew every so many seconds",
  },
} as const satisfies FlagTable;

type PsCall = Call<typeof flags>;

export const command = defineCommand({
  name: "ps",
  summary: "List containers",
  description:
    "Lists the containers that run; with --all those that were created or have ended too, oldest first.",
  examples: [
    { line: "tspod ps --all", help: "all containers" },
    {
      line: "tspod ps --filter status=exited --filter label=app=web --quiet",
      help: "IDs of those of an app that have ended",
    },
    { line: "tspod ps --format 'table {{.ID}} {{.Names}} {{.Ports}}'", help: "columns of one's own" },
  ],
  flags,
  check({ flags, given }) {
    if (flags.watch !== undefined && flags.latest)
      return "the watch and latest flags cannot be used together";
    if (flags.latest && given.has("last")) return "last and latest are mutually exclusive";
    if (flags.quiet && (flags.size || flags.ns)) return "quiet conflicts with size and namespace";
    if (flags.size && flags.ns) return "size and namespace options conflict";
    return undefined;
  },
  async run(call) {
    const { watch } = call.flags;
    if (watch === undefined) return printContainers(call);
    if (watch === 0) throw new TspodError("invalid watch interval 0: must be at least 1 second");
    const { setTimeout: sleep } = await import("node:timers/promises");
    const { openRedraw } = await import("../../../cli/output/redraw.ts");
    const redraw = openRedraw(call);
    for (;;) {
      redraw.begin();
      await printContainers(redraw.call);
      redraw.end();
      call.flush();
      await sleep(watch * 1000, undefined, { signal: call.signal });
    }
  },
});

async function printContainers(call: PsCall): Promise<void> {
  const { flags } = call;
  const now = Date.now();
  const shown = await selectContainers(call, now);
  if (isJsonFormat(flags.format) || isJsonLinesFormat(flags.format)) {
    const json = shown.map(({ container, size, network }) =>
      psJson(container, { now, ...(size && { size }), ...(network && { network }) }),
    );
    // Podman's rows have the time where its list has seconds.
    const line = (row: object, index: number) => ({
      ...row,
      Created: shown[index]?.container.record.created,
    });
    printJson(call.print, json, { format: flags.format, indent: 2, line });
    return;
  }
  const rows = shown.map(({ container, size, network }) =>
    psRow(container, {
      now,
      noTrunc: flags["no-trunc"],
      ...(size && { size }),
      ...(network && { network }),
    }),
  );
  if (flags.quiet && flags.format === undefined) {
    for (const row of rows) call.print(row.ID);
    return;
  }
  // As Podman 5.8: the field is empty then.
  if (!flags.size && rows.length > 0 && /\{\{[^}]*\.Size\b/.test(flags.format ?? ""))
    call.warn("ERRO[0000] Size format requires --size option");
  await printReport(call, rows, {
    name: "ps",
    format: flags.format,
    columns: columns(flags),
    heading: !flags.noheading,
    headings: HEADINGS,
  });
}

/** Most calls have none, and don't load what reads it. */
async function filterOf(
  filters: readonly string[],
  surroundings: { readonly containers: readonly Container[]; readonly now: number },
): Promise<(container: Container) => boolean> {
  if (filters.length === 0) return () => true;
  const { containerFilter } = await import("../../../podman/container-filter.ts");
  return containerFilter(filters, surroundings);
}

async function selectContainers(call: PsCall, now: number): Promise<Shown[]> {
  const { flags } = call;
  const store = call.store();
  const place = { store, runtimeDirectory: call.runtimeDirectory };
  clearLeftovers(place, call.env.PATH);
  const containers = await withoutAbandoned(place, listContainers(place), now);
  const fits = await filterOf(flags.filter, { containers, now });
  const last = flags.latest ? 1 : flags.last;
  // A filter on states means those, running or not.
  const anyState = flags.all || last > 0 || flags.filter.some((filter) => /^(status|exited)=/.test(filter));
  const chosen = containers.filter(
    (container) => (anyState || container.state.status === "running") && fits(container),
  );
  const sizes = flags.size ? await import("../../../container/rootfs/container-size.ts") : undefined;
  const shown = (last > 0 ? chosen.slice(-last) : chosen).map((container): Shown => {
    const network = networkOf(container, () => containers);
    return {
      container,
      ...(sizes && { size: sizes.containerSize(store, container) }),
      network,
    };
  });
  return sortContainers(flags.sort, shown);
}

/** Those with --rm whose monitor or `run` was killed are removed: that is what was wanted of them. */
async function withoutAbandoned(
  place: ContainerPlace,
  containers: readonly Container[],
  now: number,
): Promise<readonly Container[]> {
  const abandoned = containers.filter((container) => isAbandonedRm(container, now));
  if (abandoned.length === 0) return containers;
  const { pruneContainers } = await import("../../../container/prune.ts");
  const { removed } = await pruneContainers(place, abandoned, { warn: () => {} });
  return containers.filter(({ record }) => !removed.includes(record.id));
}

/** Green runs, red has failed or is unhealthy, yellow waits, grey is over. */
function statusColour({ State, Status, ExitCode }: PsRow): Colour {
  if (State === "running") return Status.includes("(unhealthy)") ? "red" : "green";
  if (State === "exited") return ExitCode === 0 ? "gray" : "red";
  return State === "created" ? "gray" : "yellow";
}

function columns({ ns, pod, size }: PsCall["flags"]): Column<PsRow>[] {
  const id: Column<PsRow> = ["CONTAINER ID", (row) => row.ID];
  if (ns) {
    return [
      id,
      ["NAMES", (row) => row.Names],
      ["PID", (row) => String(row.Pid)],
      ["CGROUPNS", (row) => row.CGROUPNS],
      ["IPC", (row) => row.IPC],
      ["MNT", (row) => row.MNT],
      ["NET", (row) => row.NET],
      ["PIDNS", (row) => row.PIDNS],
      ["USERNS", (row) => row.USERNS],
      ["UTS", (row) => row.UTS],
    ];
  }
  return [
    id,
    ["IMAGE", (row) => row.Image],
    ["COMMAND", (row) => row.Command],
    ["CREATED", (row) => row.CreatedHuman],
    ["STATUS", (row) => row.Status, statusColour],
    ["PORTS", (row) => row.Ports],
    ["NAMES", (row) => row.Names],
    ...(pod
      ? ([
          ["POD ID", (row) => row.PodID],
          ["PODNAME", (row) => row.PodName],
        ] satisfies Column<PsRow>[])
      : []),
    ...(size ? ([["SIZE", (row) => row.Size]] satisfies Column<PsRow>[]) : []),
  ];
}
