import { goMap } from "../../podman/go/value.ts";
import type { Call } from "../define-command.ts";
import { type Colour, isColoured, paint } from "./colour.ts";
import type { FittedTable } from "./fit-table.ts";
import { isTerminal } from "./is-terminal.ts";
import { shownText } from "./shown.ts";
import { alignColumns, renderTable } from "./table.ts";
import { unescapeTemplate } from "./unescape.ts";

/** A column of a list: its heading, and its cell for a row. */
export type Column<Row> = readonly [
  heading: string,
  cell: (row: Row) => string,
  colour?: (row: Row) => Colour | undefined,
];

export interface Report<Row> {
  /**
   * `--format`: nothing or `table` for the columns, a template, or `table` and a template. JSON is the
   * caller's.
   */
  readonly format?: string | undefined;
  readonly columns: readonly Column<Row>[];
  /** Default true; false with --noheading. */
  readonly heading?: boolean;
  /** As a few of Podman's commands: a template without `table` has headings, too. */
  readonly headed?: boolean;
  /**
   * Headings of fields in `table {{.Field}}` where they aren't the field's own words:
   * `{ID: "CONTAINER ID"}`; CreatedAt is CREATED AT without an entry here.
   */
  readonly headings?: Readonly<Record<string, string>>;
  /**
   * Every field that a row has; default: those of the first row (without one, of the template), and of
   * `headings`.
   */
  readonly fields?: readonly string[];
  /** Structs that Podman has embedded in its rows, which a template may name: `ListContainer`. */
  readonly embedded?: readonly string[];
  /** Template's name in messages: the command's last word (`ps`). */
  readonly name: string;
}

/**
 * Print a list as podman's list commands do.
 * @param rows plain objects or getters, with podman's field names; Go maps by goMap(), times by goTime()
 * @throws {TspodError} If the template is wrong
 */
export async function printReport<Row extends object>(
  { print, write, env, given }: Pick<Call, "print" | "write" | "env" | "given">,
  rows: readonly Row[],
  {
    format = "table",
    columns,
    heading = true,
    headed = false,
    headings = {},
    fields = [],
    embedded,
    name,
  }: Report<Row>,
): Promise<void> {
  if (/^table\s*$/.test(format)) {
    const titles = columns.map(([title]) => title);
    const head = heading ? [titles] : [];
    const first = head.length;
    const shown = shownText();
    const cells = rows.map((row) => columns.map(([, cell]) => shown(cell(row))));
    const coloured = columns.some(([, , colour]) => colour) && isColoured(env, 1);
    const table = [...head, ...cells];
    const fitted = given.has("no-trunc") ? undefined : await fittedTable(titles, table);
    const style = (cell: string, line: number, column: number): string => {
      const row = rows[line - first];
      const colour = row && columns[fitted?.columns[column] ?? column]?.[2]?.(row);
      return colour === undefined ? cell : paint(colour, cell);
    };
    // Scripts cut what Go makes, which counts letters; on a screen some letters are two columns wide.
    const width = isTerminal(1) ? (await import("./screen-width.ts")).screenWidth : undefined;
    const how = { ...(coloured && { style }), ...(fitted && { least: 0 }), width };
    write(renderTable(fitted?.rows ?? table, how));
    return;
  }
  const table = format.startsWith("table ");
  const source = normalize(format);
  // As podman: only a range over the list itself takes the list; `{{range .Mounts}}` is for each row.
  const perRow = !/\{\{-?\s*range\s*\.\s*-?\}\}/.test(source);
  const { parseTemplate } = await import("./template.ts");
  const { goRow } = await import("../../podman/go/row.ts");
  const values = rows.map((row) => goRow(row, embedded));
  const render = parseTemplate(source, { name, ...(perRow ? { prefix: "{{range .}}" } : {}) });
  if (!table && !headed) {
    if (perRow) for (const value of values) print(render(value));
    else print(render(values));
    return;
  }
  const known = [...fields, ...(rows[0] === undefined ? fieldsIn(source) : fieldsOf(rows[0]))];
  const titles = goMap(allHeadings(known, headings));
  if (!table) {
    for (const text of [[titles], values].flatMap((each) => (perRow ? each.map(render) : [render(each)])))
      write(text.endsWith("\n") ? text : `${text}\n`);
    return;
  }
  const head = heading ? `${render(perRow ? titles : [titles])}\n` : "";
  write(
    alignColumns(
      head + (perRow ? values.map((value) => `${render(value)}\n`).join("") : `${render(values)}\n`),
    ),
  );
}

/** On a terminal that is narrower than the table: scripts, which cut columns, get the table as it is. */
async function fittedTable(
  headings: readonly string[],
  table: readonly (readonly string[])[],
): Promise<FittedTable | undefined> {
  if (!isTerminal(1)) return undefined;
  const { fitTable } = await import("./fit-table.ts");
  return fitTable(headings, table);
}

/** Shells hand `\t` over as two characters; in a `table` template spaces part columns too. */
function normalize(format: string): string {
  const unescaped = unescapeTemplate(format.replace(/^table /, ""));
  return format.startsWith("table ") ? unescaped.replaceAll(" ", "\t") : unescaped.replace(/\n$/, "");
}

function allHeadings(
  fields: readonly string[],
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...Object.fromEntries(fields.map((field) => [field, headingOf(field)])), ...own };
}

/** `CreatedAt` → `CREATED AT`, `ID` → `ID`, `PIDNS` → `PIDNS`. */
export function headingOf(field: string): string {
  return field
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toUpperCase();
}

/** The fields that a template asks for: a table without rows has its headings all the same. */
function fieldsIn(template: string): string[] {
  return [...template.matchAll(/\.([A-Z]\w*)/g)].map(([, field = ""]) => field);
}

function fieldsOf(row: object): string[] {
  const fields: string[] = [];
  for (let o: object | null = row; o !== null && o !== Object.prototype; o = Object.getPrototypeOf(o)) {
    fields.push(...Object.getOwnPropertyNames(o).filter((field) => /^[A-Z]/.test(field)));
  }
  return fields;
}
