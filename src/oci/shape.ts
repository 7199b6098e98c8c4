import { TspodError } from "../errors.ts";

/**
 * What a value out of foreign JSON must be. A shape gives the value back as the program uses it: as Go's
 * decoder has it, null is as good as absent, and unknown members stay. No library: commands that start and
 * list containers read records and configs too, and have no time for one.
 * @param path where the value is, `config.Env`
 * @throws {ShapeError} If it is something else.
 */
export type Shape<T> = (value: unknown, path: string) => T;

/** A value that is not what it must be; only checkShape() sees it. */
class ShapeError extends Error {
  readonly path: string;
  constructor(path: string, wanted: string) {
    super(wanted);
    this.path = path;
  }
}

/**
 * The value, once it has been looked at.
 * @param what for the message: `image config`
 * @throws {TspodError} `invalid image config at config.Env: it must be a list`
 */
export function checkShape<T>(shape: Shape<T>, value: unknown, what: string): T {
  try {
    return shape(value, "");
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const where = error.path === "" ? "" : ` at ${error.path.slice(0, PATH_MAX)}`;
    throw new TspodError(`invalid ${what}${where}: it must be ${error.message}`);
  }
}

/** Keys are foreign, too. */
const PATH_MAX = 200;

export const text: Shape<string> = (value, path) => {
  if (typeof value !== "string") throw new ShapeError(path, "a string");
  return value;
};

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new ShapeError(path, "true or false");
  return value;
};

/** A whole number that JavaScript holds exactly, or nearly: sizes and times of 64 bits are rounded. */
export const integer: Shape<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isInteger(value)) throw new ShapeError(path, "a whole number");
  return value;
};

/** As integer, and not below 0. */
export const size: Shape<number> = (value, path) => {
  if (!Number.isSafeInteger(value) || integer(value, path) < 0) throw new ShapeError(path, "a size in bytes");
  return value as number;
};

/** Whatever: it is not used. */
export const anything: Shape<unknown> = (value) => value;

/** A text for which `test` holds. @param wanted what it is then, `a digest` */
export function textThat<T extends string>(test: (value: string) => value is T, wanted: string): Shape<T> {
  return (value, path) => {
    if (typeof value !== "string" || !test(value)) throw new ShapeError(path, wanted);
    return value;
  };
}

/** One of some values. */
export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  return (value, path) => {
    const found = values.find((each) => each === value);
    if (found === undefined)
      throw new ShapeError(path, values.map((each) => JSON.stringify(each)).join(" or "));
    return found;
  };
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ShapeError(path, "a list");
    return value.map((each, index) => item(each, `${path}[${index}]`));
  };
}

/** An object with any keys. */
export function map<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(object(value, path)).map(([key, each]) => [key, item(each, join(path, key))]),
    );
}

/** Go's decoder makes null the empty value of its type. */
export function orEmpty<T>(empty: T, shape: Shape<T>): Shape<T> {
  return (value, path) => (value === null ? empty : shape(value, path));
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
  return (value, path) => {
    const known: Record<string, unknown> = { ...object(value, path) };
    for (const [key, shape] of Object.entries(required)) known[key] = shape(known[key], join(path, key));
    for (const [key, shape] of Object.entries(optional)) {
      if (known[key] === undefined) continue;
      if (known[key] === null) delete known[key];
      else known[key] = shape(known[key], join(path, key));
    }
    return known as R & Partial<O>;
  };
}

function object(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ShapeError(path, "an object");
  return value as Readonly<Record<string, unknown>>;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
