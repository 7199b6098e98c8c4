import { defineCommand } from "../../cli/define-command.ts";
import { printJson } from "../../cli/output/json.ts";
import { printReport } from "../../cli/output/report.ts";
import { templateFlag } from "../flags/list-flags.ts";

/** As podman-system-connection-list(1) has them. */
interface Connection {
  readonly Name: string;
  readonly URI: string;
  readonly Identity: string;
  readonly Default: boolean;
  readonly ReadWrite: boolean;
}

/** tspod works on this machine alone. */
const CONNECTIONS: readonly Connection[] = [];
/** Without a row there is none to tell Podman's headings, which are the fields' own words. */
const FIELDS = ["Name", "URI", "Identity", "Default", "ReadWrite"] as const;

export const command = defineCommand({
  name: "system connection list",
  summary: "List the connections to remote machines: there are none",
  description:
    "Prints an empty list: tspod works on this machine, for the user who calls it, and has no remote machines. Desktop programs and editors ask for the list before they use the local program.",
  examples: [{ line: "tspod system connection list --format json", help: "prints []" }],
  flags: {
    format: templateFlag("Print with a Go template, as a table of one, or as json"),
    quiet: { type: "boolean", short: "q", help: "Print names only" },
  },
  maxOperands: 0,
  async run(call) {
    const { format, quiet } = call.flags;
    if (quiet && format === undefined) return;
    if (printJson(call.print, CONNECTIONS, { format, indent: 0 })) return;
    await printReport(call, CONNECTIONS, {
      name: "list",
      format,
      columns: FIELDS.map((field) => [field, (row) => String(row[field])] as const),
      headings: Object.fromEntries(FIELDS.map((field) => [field, field])),
    });
  },
});
