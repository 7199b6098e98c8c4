import { winsize } from "../../os/descriptor.ts";
import { screenWidth } from "./screen-width.ts";
import { renderTable } from "./table.ts";

/** How a column gives way where a line has no room. */
interface Fit {
  /** Cells are cut to no less than this many columns; absent: they are not cut. */
  readonly least?: number;
  /** In which order columns are left out altogether, the lowest first; absent: it stays. */
  readonly leaveOut?: number;
}

/** By their headings: names, IDs and states stay whole, since they are what one types and looks for. */
const FITS: Readonly<Record<string, Fit>> = {
  "AVG CPU %": { leaveOut: 1 },
  "BLOCK IO": { leaveOut: 3 },
  COMMAND: { least: 10, leaveOut: 3 },
  COMMENT: { least: 8, leaveOut: 1 },
  "CPU TIME": { leaveOut: 2 },
  CREATED: { leaveOut: 2 },
  "CREATED BY": { least: 16 },
  DESCRIPTION: { least: 20 },
  DIGEST: { least: 19 },
  HISTORY: { least: 12 },
  IMAGE: { least: 12, leaveOut: 5 },
  "INFRA ID": { leaveOut: 1 },
  NAMESPACES: { least: 8, leaveOut: 1 },
  "NET IO": { leaveOut: 4 },
  "PATH ON DISK": { least: 16 },
  PIDS: { leaveOut: 5 },
  PORTS: { least: 10, leaveOut: 4 },
  TREND: { leaveOut: 1 },
  UPDATED: { leaveOut: 1 },
};

const PADDING = 2;
const CUT = "…";

/** A table that was made to fit. */
export interface FittedTable {
  readonly rows: readonly (readonly string[])[];
  /** Of each column that is left, its place in the table as it was. */
  readonly columns: readonly number[];
}

/**
 * A table for standard output, which is a terminal: where its lines would be wrapped, columns move together,
 * then long cells are cut, then columns are left out.
 * @param width of the terminal, 0 where it does not say
 * @returns undefined where it fits as it is
 */
export function fitTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width = winsize(1)?.columns ?? 0,
): FittedTable | undefined {
  const lines = renderTable(rows, { width: screenWidth }).split("\n");
  if (width === 0 || lines.every((line) => screenWidth(line) <= width)) return undefined;
  let columns = headings.map((_, column) => column);
  for (;;) {
    const widths = columns.map((column) => widest(rows, column));
    const room = width - PADDING * (columns.length - 1);
    const cut = cutWidths(widths, { fits: columns.map((column) => fitOf(headings, column)), room });
    if (cut !== undefined)
      return {
        columns,
        rows: rows.map((row) => columns.map((column, at) => shorten(row[column] ?? "", cut[at] ?? 0))),
      };
    const next = firstToLeave(headings, columns);
    if (next === undefined)
      return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? "")) };
    columns = columns.filter((column) => column !== next);
  }
}

function fitOf(headings: readonly string[], column: number): Fit {
  return FITS[headings[column] ?? ""] ?? {};
}

function firstToLeave(headings: readonly string[], columns: readonly number[]): number | undefined {
  const [first] = columns
    .filter((column) => fitOf(headings, column).leaveOut !== undefined)
    .sort((a, b) => (fitOf(headings, a).leaveOut ?? 0) - (fitOf(headings, b).leaveOut ?? 0));
  return first;
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return rows.reduce((most, row) => Math.max(most, screenWidth(row[column] ?? "")), 0);
}

/** The widest cells give first. @returns undefined where all that may be cut is too little */
function cutWidths(
  widths: readonly number[],
  { fits, room }: { readonly fits: readonly Fit[]; readonly room: number },
): number[] | undefined {
  const cut = [...widths];
  for (let excess = sum(cut) - room; excess > 0; excess--) {
    const spare = cut.map((width, at) => (width > (fits[at]?.least ?? width) ? width : 0));
    const most = Math.max(...spare);
    if (most === 0) return undefined;
    cut[spare.indexOf(most)] = most - 1;
  }
  return cut;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function shorten(cell: string, width: number): string {
  if (screenWidth(cell) <= width) return cell;
  let cut = "";
  for (const character of cell) {
    if (screenWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return cut + CUT;
}
