/**
 * JSON as Go's encoder writes it with HTML escaping off: maps with sorted keys, line separators escaped.
 * @param indent spaces a level; 0 is one line. Podman's are 5 (inspect), 4 (images, volume ls, info: 2), 2
 * (ps)
 */
export function toJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, mapsAsObjects, indent) ?? "null";
  return text.replace(/[\u2028\u2029]/g, (separator) => `\\u${separator.charCodeAt(0).toString(16)}`);
}

function mapsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Map
    ? Object.fromEntries([...value].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;
}

/** Whether `--format` asks for all of a list as one JSON text: `json`, or `{{json}}`, as with Podman. */
export function isJsonFormat(format: string | undefined): boolean {
  return format !== undefined && /^\s*(json|\{\{\s*json\s*\}\})\s*$/.test(format);
}

/** Whether `--format` is `{{json .}}`: clients of docker read a line of JSON for each row of a list. */
export function isJsonLinesFormat(format: string | undefined): boolean {
  return format !== undefined && /^\s*\{\{\s*json\s+\.\s*\}\}\s*$/.test(format);
}

/**
 * Print a list as JSON where `--format` asks for it, as one text or a line for each row.
 * @param indent of the one text, as for toJson()
 * @param line what a row's line has, where that is not the row
 * @returns whether it did
 */
export function printJson<Row>(
  print: (text: string) => void,
  rows: readonly Row[],
  {
    format,
    indent,
    line = (row) => row,
  }: { format: string | undefined; indent: number; line?: (row: Row, index: number) => unknown },
): boolean {
  if (isJsonFormat(format)) print(toJson(rows, indent));
  else if (isJsonLinesFormat(format))
    for (const [index, row] of rows.entries()) print(toJson(line(row, index)));
  else return false;
  return true;
}
