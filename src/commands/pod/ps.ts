import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import type { Colour } from "../../cli/output/colour.ts";
import { isJsonFormat, isJsonLinesFormat, printJson } from "../../cli/output/json.ts";
import { type Column, printReport } from "../../cli/output/report.ts";
import { podCgroup } from "../../pod/report.ts";
import { listPods, type Pod } from "../../pod/state/pods.ts";
import { podFilter } from "../../podman/pod-filter.ts";
import { POD_SORT_KEYS, type PodRow, podJson, podRow, sortPods } from "../../podman/pod-row.ts";
import { engineOf } from "../flags/engine-of.ts";
import { listFilter, templateFlag } from "../flags/list-flags.ts";
import { podSelectionFlags } from "../flags/pod/select-pods.ts";

const flags = {
  "ctr-ids": { type: "boolean", help: "Show the IDs of the containers in place of their number" },
  "ctr-names": { type: "boolean", help: "Show the names of the containers in place of their number" },
  "ctr-status": { type: "boolean", help: "Show the states of the containers in place of their number" },
  filter: listFilter(
    "Show only pods that fit: id, name, label, status, network, until, ctr-ids, ctr-names, ctr-number, ctr-status",
  ),
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  latest: { ...podSelectionFlags.latest, help: "Show the pod created last" },
  "no-trunc": { type: "boolean", help: "Show IDs in full" },
  noheading: { type: "boolean", short: "n", help: "Print no column headings" },
  ns: { type: "boolean", help: "Show where the pod's cgroup is" },
  quiet: { type: "boolean", short: "q", help: "Print IDs only" },
  sort: {
    type: "string",
    value: "KEY",
    default: "created",
    choices: POD_SORT_KEYS,
    refusal: () => "invalid option for --sort, options are: created, id, name, number, or status",
    help: `Sort by: ${POD_SORT_KEYS.join(", ")}`,
  },
} as const satisfies FlagTable;

const HEADINGS = {
  Id: "POD ID",
  ID: "POD ID",
  Name: "NAME",
  InfraId: "INFRA ID",
  InfraID: "INFRA ID",
  ContainerIds: "IDS",
  ContainerNames: "NAMES",
  ContainerStatuses: "STATUS",
  Cgroup: "CGROUP",
  Namespace: "NAMESPACES",
  NumberOfContainers: "# OF CONTAINERS",
};

export const command = defineCommand({
  name: "pod ps",
  summary: "List pods",
  description: "Lists all pods, the newest first.",
  examples: [
    { line: "tspod pod ps --filter status=running --quiet", help: "IDs of the pods of which all runs" },
    { line: "tspod pod ps --ctr-names --ctr-status", help: "with what is in them" },
  ],
  flags,
  check: ({ flags: { quiet }, given }) =>
    quiet && given.has("format") ? "quiet and format cannot be used together" : undefined,
  async run(call) {
    const { flags } = call;
    const engine = engineOf(call);
    const now = Date.now();
    const pods = sortPods(flags.sort, listPods(engine).filter(podFilter(flags.filter, now)));
    const shown = flags.latest ? newest(pods) : pods;
    const asJson = (pod: Pod) => podJson(pod, podCgroup(engine, pod).parent);
    if (isJsonFormat(flags.format) || isJsonLinesFormat(flags.format)) {
      printJson(call.print, shown.map(asJson), { format: flags.format, indent: 2 });
      return undefined;
    }
    const cgroupParent = (pod: Pod): string => podCgroup(engine, pod).parent;
    if (flags.quiet) {
      for (const { record } of shown) call.print(record.id); // whole, as Podman's, also without --no-trunc
      return;
    }
    const rows = shown.map((pod) => podRow(pod, { now, noTrunc: flags["no-trunc"], cgroupParent }));
    await printReport(call, rows, {
      name: "ps",
      format: flags.format,
      columns: columns(flags),
      heading: !flags.noheading,
      headings: HEADINGS,
    });
  },
});

function newest(pods: readonly Pod[]): Pod[] {
  return sortPods(
    "created",
    [...pods].sort((a, b) => (a.record.created < b.record.created ? -1 : 1)),
  ).slice(0, 1);
}

/** Green runs, yellow waits or is half there, grey is over. */
function statusColour({ Status }: PodRow): Colour {
  if (Status === "Running") return "green";
  return Status === "Degraded" || Status === "Paused" || Status === "Stopping" ? "yellow" : "gray";
}

function columns(flags: Call<typeof columnFlags>["flags"]): Column<PodRow>[] {
  const members: Column<PodRow>[] = [
    ...(flags["ctr-ids"] ? ([["IDS", (row) => row.ContainerIds]] satisfies Column<PodRow>[]) : []),
    ...(flags["ctr-names"] ? ([["NAMES", (row) => row.ContainerNames]] satisfies Column<PodRow>[]) : []),
    ...(flags["ctr-status"] ? ([["STATUS", (row) => row.ContainerStatuses]] satisfies Column<PodRow>[]) : []),
  ];
  return [
    ["POD ID", (row) => row.ID],
    ["NAME", (row) => row.Name],
    ["STATUS", (row) => row.Status, statusColour],
    ["CREATED", (row) => row.Created],
    ["INFRA ID", (row) => row.InfraID],
    ...(members.length > 0
      ? members
      : ([["# OF CONTAINERS", (row) => String(row.NumberOfContainers)]] satisfies Column<PodRow>[])),
    ...(flags.ns
      ? ([
          ["CGROUP", (row) => row.Cgroup],
          ["NAMESPACES", (row) => row.Namespace],
        ] satisfies Column<PodRow>[])
      : []),
  ];
}

const columnFlags = {
  "ctr-ids": flags["ctr-ids"],
  "ctr-names": flags["ctr-names"],
  "ctr-status": flags["ctr-status"],
  ns: flags.ns,
} as const;
