/**
 * JSON-like data as YAML, in the form that podman's has: two spaces a level, lists not indented, keys in the
 * order they come. For printing only: keys must be plain words.
 */
export function toYaml(value: Readonly<Record<string, unknown>>): string {
  return fields(value, "");
}

function fields(value: object, indent: string): string {
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return entries
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => `${indent}${key}:${node(field, indent)}\n`)
    .join("");
}

function node(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return value.length === 0 ? " []" : `\n${value.map((item) => element(item, indent)).join("\n")}`;
  if (value !== null && typeof value === "object") {
    const text = fields(value, `${indent}  `);
    return text === "" ? " {}" : `\n${text.slice(0, -1)}`;
  }
  return ` ${scalar(value, indent)}`;
}

function element(item: unknown, indent: string): string {
  if (item === null || typeof item !== "object") return `${indent}- ${scalar(item, indent)}`;
  return `${indent}- ${fields(item, `${indent}  `).slice(indent.length + 2, -1)}`;
}

function scalar(value: unknown, indent: string): string {
  if (typeof value !== "string") return String(value ?? null);
  if (value.includes("\n")) return `|-\n${value.trimEnd().replaceAll(/^(?=.)/gm, `${indent}  `)}`;
  if (value === "" || looksLikeOther(value)) return JSON.stringify(value);
  return /^[-?:,[\]{}#&*!|>'"%@`]|: |:$| #|^\s|\s$/.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
}

/** Text that without quotes would be a number, a boolean, a time or nothing. */
function looksLikeOther(text: string): boolean {
  return /^([-+.]?\d[\d_]*(\.\d*)?([eE][-+]?\d+)?|0[xo][\da-f]+|true|false|yes|no|on|off|y|n|null|~|\d{4}-\d\d-\d\d.*)$/i.test(
    text,
  );
}
