import { defineCommand } from "../../cli/define-command.ts";
import { printReport } from "../../cli/output/report.ts";
import { TspodError } from "../../errors.ts";
import { splitFilter } from "../../options/filter/filter-pair.ts";
import { ago } from "../../podman/human-duration.ts";
import { listSecrets, type SecretRecord } from "../../secret/secrets.ts";
import { listFilter, templateFlag } from "../flags/list-flags.ts";

export const command = defineCommand({
  name: "secret ls",
  summary: "List secrets",
  description: "Lists all secrets: what they are called, never what they are.",
  examples: [{ line: "tspod secret ls --filter name=db", help: "secrets with db in their name" }],
  flags: {
    filter: listFilter("Show only secrets that fit: name, id"),
    format: templateFlag("Print with a Go template, or as a table of one"),
    noheading: { type: "boolean", short: "n", help: "Print no column headings" },
    quiet: { type: "boolean", short: "q", help: "Print IDs only" },
  },
  async run(call) {
    const { flags } = call;
    const secrets = listSecrets(call.store()).filter(secretFilter(flags.filter));
    if (flags.quiet && flags.format === undefined) {
      for (const { id } of secrets) call.print(id);
      return;
    }
    const now = Date.now();
    const rows = secrets.map(({ id, name, driver, created, updated = created }) => {
      const age = (time: string) => ago(now, Date.parse(time));
      return { ID: id, Name: name, Driver: driver, CreatedAt: age(created), UpdatedAt: age(updated) };
    });
    await printReport(call, rows, {
      name: "ls",
      format: flags.format,
      columns: [
        ["ID", (row) => row.ID],
        ["NAME", (row) => row.Name],
        ["DRIVER", (row) => row.Driver],
        ["CREATED", (row) => row.CreatedAt],
        ["UPDATED", (row) => row.UpdatedAt],
      ],
      heading: !flags.noheading,
      headings: { CreatedAt: "CREATED", UpdatedAt: "UPDATED" },
    });
  },
});

/** The same key twice means either; different keys mean both. */
function secretFilter(filters: readonly string[]): (secret: SecretRecord) => boolean {
  const values: Record<"name" | "id", string[]> = { name: [], id: [] };
  for (const filter of filters) {
    const [key, value] = splitFilter(filter);
    if (key !== "name" && key !== "id") throw new TspodError(`invalid filter "${key}"`);
    values[key].push(value);
  }
  return ({ name, id }) =>
    (values.name.length === 0 || values.name.some((value) => new RegExp(value).test(name))) &&
    (values.id.length === 0 || values.id.some((value) => id.startsWith(value)));
}
