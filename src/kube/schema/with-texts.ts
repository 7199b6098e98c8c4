import { ownValue } from "../../oci/shape.ts";
import type { Field } from "./field.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * A document's value with a text wherever its schema has one and the document a plain number, `true` or
 * `false`: `command: [true]` is the program "true", as for Podman. An empty part of a list or map of texts
 * is an empty text, and a field that only a cluster requires has its zero value.
 */
export function withTexts(value: unknown, field: Field): unknown {
  switch (field.kind) {
    case "text":
      return isPlain(value) ? String(value) : value;
    case "lazy":
      return withTexts(value, field.field());
    case "remarked":
      return withTexts(value, field.of);
    case "list":
      return Array.isArray(value) ? value.map((part) => partOf(part, field.of)) : value;
    case "map":
      return withParts(value, (part) => partOf(part, field.of));
    case "object":
      return withZeros(
        withParts(value, (part, name) => {
          const known = ownValue(field.fields, name);
          return known === undefined ? part : withTexts(part, known);
        }),
        field.zeros,
      );
    default:
      return value;
  }
}

/** The same of a whole document, whose schema is that of its kind. */
export function documentWithTexts(value: Values, schema: Field): Values {
  const changed = withTexts(value, schema);
  return isMap(changed) ? changed : value;
}

/** A number, or a truth value: what YAML makes of a word without quotes. */
export function isPlain(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

function partOf(part: unknown, field: Field): unknown {
  return part === null && field.kind === "text" ? "" : withTexts(part, field);
}

function withZeros(value: unknown, zeros: Values = {}): unknown {
  if (!isMap(value)) return value;
  const missing = Object.entries(zeros).filter(([name]) => value[name] === undefined || value[name] === null);
  return missing.length === 0 ? value : { ...value, ...Object.fromEntries(missing) };
}

function withParts(value: unknown, change: (part: unknown, name: string) => unknown): unknown {
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part, name)]));
}

export function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
