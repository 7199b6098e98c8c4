import { defineCommand } from "../../cli/define-command.ts";
import { printJson } from "../../cli/output/json.ts";
import { type Column, printReport } from "../../cli/output/report.ts";
import { TspodError } from "../../errors.ts";
import { type InstalledQuadlet, listQuadlets } from "../../systemd/quadlet/installed.ts";
import { searchDirectories } from "../../systemd/quadlet/search.ts";
import { templateFlag } from "../flags/list-flags.ts";

/** Podman's fields. */
interface Row {
  readonly Name: string;
  readonly UnitName: string;
  readonly Path: string;
  readonly Status: string;
  readonly App: string;
}

const COLUMNS: readonly Column<Row>[] = [
  ["NAME", (row) => row.Name],
  ["UNIT NAME", (row) => row.UnitName],
  ["PATH ON DISK", (row) => row.Path],
  ["STATUS", (row) => row.Status],
  ["APPLICATION", (row) => row.App],
];

export const command = defineCommand({
  name: "quadlet list",
  summary: "List installed quadlets",
  description:
    "Lists the quadlets of this user that systemd's generator finds, with their services and what those do.",
  examples: [{ line: "tspod quadlet list --filter name='web*'", help: "those whose name begins with web" }],
  flags: {
    filter: {
      type: "list",
      short: "f",
      value: "KEY=VALUE",
      help: "Show only quadlets that fit: name, with * and ?",
    },
    format: templateFlag("Print with a Go template, as a table of one, or as json"),
  },
  async run(call) {
    const { warn } = call;
    const options = { env: call.env, signal: call.signal, warn };
    const fits = call.flags.filter.map(nameFilter);
    const all = await listQuadlets(searchDirectories({ env: call.env, uid: call.launch.uid }), options);
    const rows = all.map(rowOf).filter(({ Name }) => fits.every((fit) => fit(Name)));
    if (printJson(call.print, rows, { format: call.flags.format, indent: 2 })) return;
    await printReport(call, rows, {
      name: "list",
      format: call.flags.format,
      columns: COLUMNS,
      headed: true,
      headings: { Path: "PATH ON DISK", App: "APPLICATION" },
    });
  },
});

function rowOf({ fileName, unitName, path, status, application }: InstalledQuadlet): Row {
  return { Name: fileName, UnitName: unitName, Path: path, Status: status, App: application };
}

function nameFilter(text: string): (name: string) => boolean {
  const [key = "", value] = text.split(/=(.*)/s, 2);
  if (value === undefined) throw new TspodError(`invalid filter "${text}"`);
  if (key !== "name") throw new TspodError(`${key} is not a valid filter`);
  const pattern = value
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const whole = new RegExp(`^${pattern}$`);
  return (name) => whole.test(name);
}
