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

/** Whether `--format` asks for JSON, in any of the ways podman takes: `json`, `{{json .}}`. */
export function isJsonFormat(format: string | undefined): boolean {
  return format !== undefined && /^\s*(json|\{\{\s*json\s*\.?\s*\}\})\s*$/.test(format);
}
