import { cpus, release, totalmem } from "node:os";
import Table from "cli-table3";
import { plotsOf } from "./plot/plots.ts";
import { COLUMNS, isReached, type Row, ratios, shown, shownGoal, summarize } from "./row.ts";

/** The columns of contestants of which any row has values. */
function columnsOf(rows: readonly Row[]): typeof COLUMNS {
  return COLUMNS.filter(([name]) => rows.some(({ values }) => values.has(name)));
}

function ratioText(row: Row): string {
  return [...ratios(row).values()].map((ratio) => ratio.toFixed(2)).join(" / ");
}

/** Medians, for the terminal. */
export function printTable(rows: readonly Row[]): void {
  const columns = columnsOf(rows);
  const head = ["what", ...columns.map(([, title]) => title), "ratio", "goal", "reached"];
  const table = new Table({
    head,
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    style: { head: [], border: [] },
    colAligns: head.map((_, index) => (index === 0 || index === head.length - 1 ? "left" : "right")),
  });
  for (const row of rows)
    table.push([
      row.what,
      ...columns.map(([name]) => shown(summarize(row.values.get(name)).median, row.unit)),
      ratioText(row),
      shownGoal(row),
      isReached(row) ? "yes" : "NO",
    ]);
  console.log(table.toString());
}

/** `median (first quartile – third)`. */
function spread(values: readonly number[] | undefined, unit: Row["unit"]): string {
  const { median, quartiles } = summarize(values);
  if (values === undefined || Number.isNaN(median)) return "";
  if (values.length === 1) return shown(median, unit);
  const [from, to] = quartiles.map((value) => shown(value, unit).replace(` ${unit}`, ""));
  return `${shown(median, unit)} (${from}–${to})`;
}

export interface RunFacts {
  /** What each program calls itself. */
  readonly versions: readonly string[];
  /** The bench's own arguments. */
  readonly arguments: readonly string[];
  readonly date: Date;
}

/** The page docs/benchmarks.md: what was measured where, with medians and quartiles. */
export function markdownPage(rows: readonly Row[], { versions, arguments: args, date }: RunFacts): string {
  const columns = columnsOf(rows);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const head = ["what", ...columns.map(([, title]) => title), "ratio", "goal", "reached"];
  const body = rows.map((row) =>
    line([
      row.what.replace(/^ +/, "… "),
      ...columns.map(([name]) => spread(row.values.get(name), row.unit)),
      ratioText(row),
      shownGoal(row),
      isReached(row) ? "yes" : "no",
    ]),
  );
  const [cpu] = cpus();
  return `# Benchmarks

Written by \`npm run bench -- --write\`; don't edit. Smaller is better in every row. A cell has the median, and in
parentheses the first and the third quartile. The ratio is tspod's median as a share of podman's, and of each other
that took part in the order of the columns; a goal is reached when it is against each of them. A second goal is Podman
5.8's, or BuildKit's.

- Date: ${date.toISOString().slice(0, 10)}
- Machine: ${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, Linux ${release()}
${versions.map((version) => `- ${version}`).join("\n")}
- Call: \`npm run bench${args.length === 0 ? "" : ` -- ${args.join(" ")}`}\`

All ran as one user without rights, in turn, with the same runtime, image and file system: one round that doesn't
count, then the others.

${line(head)}
${line(head.map((_, index) => (index === 0 || index === head.length - 1 ? "---" : "---:")))}
${body.join("\n")}
${plotSection(rows)}`;
}

/** Of few and of many: plots beside the page, in the directory that is named as it is. */
function plotSection(rows: readonly Row[]): string {
  const plots = plotsOf(rows).map(({ title, fileName }) => `![${title}](benchmarks/${fileName})`);
  return plots.length === 0
    ? ""
    : `\n## Of one, and of a thousand\n\nMedians; both axes are logarithmic.\n\n${plots.join("\n\n")}\n`;
}
