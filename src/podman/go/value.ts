import { ownValue } from "../../oci/shape.ts";

/** The property that holds what Go's `%v` prints for a value with a String method. */
const TEXT = Symbol.for("tspod: what %v prints"); // one for all chunks of the bundle

interface GoStringer {
  readonly [TEXT]: string;
}

/** The value, which `%v` prints as the text: Go's String method. */
export function printedAs<T extends object>(value: T, text: string): T {
  return Object.defineProperty(value, TEXT, { value: text });
}

/**
 * The value, which JSON shows as another one: Go's MarshalJSON, and its nil slices and maps, which are
 * `null`.
 */
export function withJson<T extends object>(value: T, json: unknown): T {
  return Object.defineProperty(value, "toJSON", { value: () => json });
}

/** Values that templates and Go-like JSON print: plain objects are structs, Maps are maps, arrays slices. */
class GoMap<V> extends Map<string, V> {
  // A key that isn't there is `<no value>` in a template, where a field that isn't there is an error.
  override has(_key: string): boolean {
    return true;
  }
}

/** A Go map of entries. */
export function goMapOf<V>(entries: Iterable<readonly [string, V]>): Map<string, V> {
  return new GoMap(entries);
}

/** A Go map of a plain object: printed `map[a:1 b:2]`, its keys sorted, a missing key being no error. */
export function goMap<V>(record: Readonly<Record<string, V>> | undefined | null): ReadonlyMap<string, V> {
  const map = new GoMap<V>();
  for (const key of Object.keys(record ?? {}).sort()) map.set(key, record?.[key] as V);
  return map;
}

/** A struct that has these fields alone: `toString`, which every object of JavaScript has, is none. */
export function goStruct<T extends object>(fields: T): T {
  return Object.assign(Object.create(null), fields);
}

/** A time: RFC 3339 in JSON, `2006-01-02 15:04:05.999999999 +0000 UTC` in a template. */
export interface GoTime {
  readonly Unix: number;
  toJSON(): string;
}

/** Go's zero time: never. */
const ZERO_TIME = "0001-01-01T00:00:00Z";

const RFC3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** @param text RFC 3339; undefined is Go's zero time */
export function goTime(text: string | undefined): GoTime {
  const rfc3339 = text ?? ZERO_TIME;
  const time: GoTime & GoStringer = {
    [TEXT]: formatGoTime(rfc3339),
    Unix: Math.floor(Date.parse(rfc3339) / 1000),
    toJSON: () => rfc3339,
  };
  return time;
}

export function isGoTime(value: unknown): value is GoTime {
  return typeof value === "object" && value !== null && TEXT in value && "Unix" in value && "toJSON" in value;
}

/** RFC 3339 as Go's time.Time.String() has it. Text of another form stays as it is. */
export function formatGoTime(rfc3339: string): string {
  const [, date, time, fraction = "", zone] = RFC3339.exec(rfc3339) ?? [];
  if (date === undefined || zone === undefined) return rfc3339;
  const digits = fraction.replace(/\.?0+$/, "");
  if (zone === "Z" || zone === "+00:00") return `${date} ${time}${digits} +0000 UTC`;
  const offset = zone.replace(":", "");
  return `${date} ${time}${digits} ${offset} ${offset}`;
}

/** A value as Go's `%v` prints it: `{a b}`, `[x y]`, `map[a:1 b:2]`, `<nil>`. */
export function formatGoValue(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value !== "object") return String(value);
  if (TEXT in value) return String(value[TEXT]);
  if (Array.isArray(value)) return `[${value.map(formatGoValue).join(" ")}]`;
  if (value instanceof Map) {
    const entries = [...value].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `map[${entries.map(([key, item]) => `${key}:${formatGoValue(item)}`).join(" ")}]`;
  }
  return `{${Object.values(value).filter(isData).map(formatField).join(" ")}}`;
}

function isData(value: unknown): boolean {
  return typeof value !== "function";
}

/**
 * Inside a struct a nil slice or string is empty, and only a nil pointer says so; JSON's null doesn't tell
 * which it was.
 */
function formatField(value: unknown): string {
  return value === null || value === undefined ? "[]" : formatGoValue(value);
}

/**
 * A value whose fields templates may also name as Go does: `{{.Host.OCIRuntime.Name}}` for
 * `host.ociRuntime.name`, `{{.ID}}` for `Id`. Prints as before.
 * @param aliases Go's name in small letters → the field, where more than the case differs
 */
export function withGoNames<T>(value: T, aliases: Readonly<Record<string, string>> = {}): T {
  if (value === null || typeof value !== "object" || value instanceof Map || TEXT in value) return value;
  const find = (target: object, key: string | symbol): string | symbol | undefined => {
    if (typeof key === "symbol" || Object.hasOwn(target, key)) return key;
    const wanted = ownValue(aliases, key.toLowerCase()) ?? key.toLowerCase();
    return Object.keys(target).find((name) => name === wanted || name.toLowerCase() === wanted);
  };
  return new Proxy(value, {
    has: (target, key) => {
      const name = find(target, key);
      return typeof name === "symbol" ? name in target : name !== undefined;
    },
    get: (target, key) => withGoNames(Reflect.get(target, find(target, key) ?? key), aliases),
  });
}
