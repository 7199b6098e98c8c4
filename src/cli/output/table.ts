const MIN_WIDTH = 12;
const PADDING = 2;

/**
 * Columns as podman's tables have them, since scripts cut them: every cell but a line's last is padded to the
 * widest of its column plus 2, at least 12. A column is a run of neighbouring lines that have a cell after
 * it.
 * @param rows one line's cells each
 * @param style a cell as the terminal is to get it: what it adds takes no room
 * @returns lines, each with its line end; "" for no rows
 * @see https://pkg.go.dev/text/tabwriter (minwidth 12, tabwidth 2, padding 2, padded with spaces)
 */
export function renderTable(
  rows: readonly (readonly string[])[],
  {
    style = (cell) => cell,
    least = MIN_WIDTH,
    width = cellLength,
  }: {
    readonly style?: ((cell: string, line: number, column: number) => string) | undefined;
    /** Of a column, with its padding. */
    readonly least?: number;
    /** Of a cell; default: as Go counts it. */
    readonly width?: ((cell: string) => number) | undefined;
  } = {},
): string {
  const widths = columnWidths(rows, { least, width });
  return rows
    .map((cells, line) => {
      const last = cells.length - 1;
      const parts = cells.map((cell, column) => {
        const blanks = column === last ? "" : " ".repeat((widths[line]?.[column] ?? 0) - width(cell));
        return style(cell, line, column) + blanks;
      });
      return `${parts.join("")}\n`;
    })
    .join("");
}

/** Text with tabs between cells, as a Go template prints it, to columns. */
export function alignColumns(text: string): string {
  if (text === "") return "";
  const lines = text.endsWith("\n") ? text.slice(0, -1) : text;
  return renderTable(lines.split("\n").map((line) => line.split("\t")));
}

function columnWidths(
  rows: readonly (readonly string[])[],
  { least, width: widthOf }: { readonly least: number; readonly width: (cell: string) => number },
): number[][] {
  const widths: number[][] = rows.map(() => []);
  const columns = rows.reduce((most, cells) => Math.max(most, cells.length - 1), 0);
  for (let column = 0; column < columns; column++) {
    for (let line = 0; line < rows.length; ) {
      const end = blockEnd(rows, line, column);
      const width = rows
        .slice(line, end)
        .reduce((widest, cells) => Math.max(widest, widthOf(cells[column] ?? "") + PADDING), least);
      for (let i = line; i < end; i++) widths[i]?.push(width);
      line = Math.max(end, line + 1);
    }
  }
  return widths;
}

/** The first line from `line` on that has no cell after `column`. */
function blockEnd(rows: readonly (readonly string[])[], line: number, column: number): number {
  let end = line;
  while (end < rows.length && (rows[end]?.length ?? 0) > column + 1) end++;
  return end;
}

/** As Go counts: code points, not columns on the screen. */
function cellLength(cell: string): number {
  let count = 0;
  for (const _ of cell) count++;
  return count;
}
