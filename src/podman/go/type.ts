import { goDuration } from "./duration.ts";
import { goTimeWithMethods } from "./time.ts";
import { goMapOf, goStruct, printedAs, withJson } from "./value.ts";

/*
 * Only loaded with a `--format` template. Podman's templates see Go structs, in which an empty field is there
 * and has its type's zero value; our objects are Podman's JSON, which leaves many empty fields out. These
 * types put them back.
 */

/**
 * What Podman declares a field to be. `any` is shown as it is; a `pointer` may be nil, everything else has a
 * zero value. `names` are further names of a struct's fields: those of an embedded struct, and former ones.
 */
export type GoType =
  | "any"
  | "bool"
  | "duration"
  | "number"
  | "string"
  | "time"
  | { readonly map: GoType }
  | { readonly pointer: GoType }
  | { readonly slice: GoType }
  | { readonly struct: GoFields; readonly names?: Readonly<Record<string, string>> };

export type GoFields = Readonly<Record<string, GoType>>;

/**
 * The value that a template sees for an object as Podman's JSON has it.
 * @param value keys may differ from the fields' names in case (`ociRuntime` for OCIRuntime) and in
 * underscores (`start_ip` for StartIP)
 */
export function toGo(type: GoType, value: unknown): unknown {
  switch (type) {
    case "any":
      return value ?? null;
    case "bool":
      return value ?? false;
    case "number":
      return value ?? 0;
    case "string":
      return value ?? "";
    case "duration":
      return goDuration(Number(value ?? 0));
    case "time":
      return goTimeWithMethods(timeText(value));
    default:
      return toGoComposite(type, value);
  }
}

function toGoComposite(type: Exclude<GoType, string>, value: unknown): unknown {
  if ("pointer" in type) return value === undefined || value === null ? nil() : toGo(type.pointer, value);
  if ("slice" in type) return toSlice(type.slice, value);
  if ("map" in type) return toMap(type.map, value);
  return toStruct(type.struct, type.names ?? {}, value);
}

/** As Go: a nil pointer prints `<nil>`, is null in JSON and false in `{{if}}`. */
function nil(): object {
  return withJson(printedAs(Object.create(null), "<nil>"), null);
}

function toSlice(of: GoType, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.map((item) => toGo(of, item)) : withJson([], null);
}

function toMap(of: GoType, value: unknown): ReadonlyMap<string, unknown> {
  if (value === undefined || value === null) return withJson(goMapOf([]), null);
  return goMapOf(entriesOf(value).map(([key, item]) => [key, toGo(of, item)]));
}

/** The fields in the struct's order, then what else the object has. */
function toStruct(fields: GoFields, names: Readonly<Record<string, string>>, value: unknown): object {
  const given = new Map(entriesOf(value ?? {}).map(([key, item]) => [plainKey(key), [key, item] as const]));
  const struct: Record<string, unknown> = goStruct({});
  for (const [name, type] of Object.entries(fields)) {
    const [, item] = given.get(plainKey(name)) ?? [];
    given.delete(plainKey(name));
    struct[name] = toGo(type, item);
  }
  for (const [key, item] of given.values()) if (typeof item !== "function") struct[key] = item;
  for (const [name, field] of Object.entries(names)) {
    // Not enumerable: `%v` prints a field once. Configurable: a proxy may stand before it.
    Object.defineProperty(struct, name, { value: field === "" ? struct : struct[field], configurable: true });
  }
  return withJson(struct, value);
}

function plainKey(key: string): string {
  return key.toLowerCase().replaceAll("_", "");
}

function entriesOf(value: unknown): [string, unknown][] {
  if (value instanceof Map) return [...value];
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** RFC 3339 of a time that is an object with toJSON() by now, or text, or not there. */
function timeText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "object" &&
    value !== null &&
    "toJSON" in value &&
    typeof value.toJSON === "function"
    ? String(value.toJSON())
    : undefined;
}
