import { TspodError } from "../errors.ts";
import { hasControls } from "./control-characters.ts";

/**
 * What a value out of foreign JSON must be. A shape gives the value back as the program uses it: as Go's
 * decoder has it, null is as good as absent, and unknown members stay. What fits already is given back as it
 * is, without a copy. No library: commands that start and list containers read records and configs too, and
 * have no time for one.
 * @throws {ShapeError} If it is something else.
 */
export type Shape<T> = (value: unknown) => T;

/** A value that is not what it must be; only checkShape() sees it. */
class ShapeError extends Error {
  /** Where the value is: `config.Env[2]`. It grows while the error passes the shapes around the value. */
  path = "";
}

/**
 * The value, once it has been looked at.
 * @param what for the message: `image config`
 * @throws {TspodError} `invalid image config at config.Env: it must be a list`
 */
export function checkShape<T>(shape: Shape<T>, value: unknown, what: string): T {
  try {
    return shape(value);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const where = error.path === "" ? "" : ` at ${error.path.slice(0, PATH_MAX)}`;
    throw new TspodError(`invalid ${what}${where}: it must be ${error.message}`);
  }
}

/**
 * What a JSON text says, for files that only save work: undefined where it is no JSON, or says something
 * else.
 */
export function soundJson<T>(shape: Shape<T>, text: string): T | undefined {
  try {
    return shape(JSON.parse(text));
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Keys are foreign, too. */
const PATH_MAX = 200;

/**
 * Looks at a part of a value.
 * @param step leads to the part: a key, or `[INDEX]`
 * @throws {ShapeError} With that step before its path.
 */
export function partShape<T>(shape: Shape<T>, part: unknown, step: string): T {
  try {
    return shape(part);
  } catch (error) {
    throw behind(step, error);
  }
}

function behind(step: string, error: unknown): unknown {
  if (!(error instanceof ShapeError)) return error;
  error.path = error.path === "" || error.path.startsWith("[") ? step + error.path : `${step}.${error.path}`;
  return error;
}

/** No call of the system takes a NUL: no name, no argument and no variable has one. */
export const text: Shape<string> = (value) => {
  if (typeof value !== "string") throw new ShapeError("a string");
  if (value.includes("\0")) throw new ShapeError("a string without NUL");
  return value;
};

/** Content, which may hold any character: what a process has written. */
export const anyText: Shape<string> = (value) => {
  if (typeof value !== "string") throw new ShapeError("a string");
  return value;
};

/** Of what is shown in a line, or stands in one of a file: names, users, platforms. */
export const oneLine: Shape<string> = (value) => {
  if (hasControls(text(value))) throw new ShapeError("a string without control characters");
  return value as string;
};

export const flag: Shape<boolean> = (value) => {
  if (typeof value !== "boolean") throw new ShapeError("true or false");
  return value;
};

/** A whole number that JavaScript holds exactly, or nearly: sizes and times of 64 bits are rounded. */
export const integer: Shape<number> = (value) => {
  if (typeof value !== "number" || !Number.isInteger(value)) throw new ShapeError("a whole number");
  return value;
};

/** As integer, and not below 0. */
export const size: Shape<number> = (value) => {
  if (!Number.isSafeInteger(value) || integer(value) < 0) throw new ShapeError("a size in bytes");
  return value as number;
};

/** Any value: it is not used. */
export const anything: Shape<unknown> = (value) => value;

/** A text for which `test` holds. @param wanted what it is then, `a digest` */
export function textThat<T extends string>(test: (value: string) => value is T, wanted: string): Shape<T> {
  return (value) => {
    if (typeof value !== "string" || !test(value)) throw new ShapeError(wanted);
    return value;
  };
}

/** One of some values. */
export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  return (value) => {
    if (!values.includes(value as T))
      throw new ShapeError(values.map((each) => JSON.stringify(each)).join(" or "));
    return value as T;
  };
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new ShapeError("a list");
    let changed: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const each = partOfList(item, value, index);
      if (each === value[index]) continue;
      changed ??= value.slice();
      changed[index] = each;
    }
    return (changed ?? value) as readonly T[];
  };
}

function partOfList<T>(item: Shape<T>, value: readonly unknown[], index: number): T {
  try {
    return item(value[index]);
  } catch (error) {
    throw behind(`[${index}]`, error);
  }
}

/** An object with any keys. */
export function map<T>(item: Shape<T>, keys: Shape<string> = text): Shape<Readonly<Record<string, T>>> {
  return (value) => {
    const known = object(value);
    let changed: Record<string, unknown> | undefined;
    for (const key of Object.keys(known)) {
      partShape(keys, key, JSON.stringify(key));
      const each = partShape(item, known[key], key);
      if (each !== known[key]) changed = withMember(changed ?? known, key, each);
    }
    return (changed ?? known) as Readonly<Record<string, T>>;
  };
}

/** Go's decoder makes null the empty value of its type. */
export function orEmpty<T>(empty: T, shape: Shape<T>): Shape<T> {
  return (value) => (value === null ? empty : shape(value));
}

/**
 * Members of an object: those of `required` must be there, others may be null or absent, and are left out
 * then.
 */
export function members<
  R extends Record<string, unknown>,
  O extends Record<string, unknown> = Record<never, never>,
>(
  required: { readonly [K in keyof R]: Shape<R[K]> },
  optional: { readonly [K in keyof O]: Shape<O[K]> } = {} as { [K in keyof O]: Shape<O[K]> },
): Shape<Readonly<R> & Readonly<Partial<O>>> {
  const needed = Object.keys(required);
  const others = Object.keys(optional);
  return (value) => {
    let known = object(value);
    for (const key of needed) {
      const member = partShape(required[key] as Shape<unknown>, known[key], key);
      if (member !== known[key]) known = withMember(known, key, member);
    }
    for (const key of others) {
      if (known[key] === undefined) continue;
      const member =
        known[key] === null ? undefined : partShape(optional[key] as Shape<unknown>, known[key], key);
      if (member !== known[key]) known = withMember(known, key, member);
    }
    return known as R & Partial<O>;
  };
}

/** A copy in which one member is another, or absent where that is undefined. */
function withMember(
  known: Readonly<Record<string, unknown>>,
  key: string,
  member: unknown,
): Record<string, unknown> {
  const copy = { ...known };
  if (member === undefined) delete copy[key];
  else copy[key] = member;
  return copy;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ShapeError("an object");
  return value as Readonly<Record<string, unknown>>;
}

/**
 * The value that a table has under a name from outside: `constructor`, which every object has, is no row of
 * it.
 */
export function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
