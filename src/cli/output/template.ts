import {
  type ArgType,
  createEngine,
  type Engine,
  type FuncMap,
  MissingFieldError,
  TemplateError,
} from "@promptctl/go-template-js";
import { TspodError } from "../../errors.ts";
import { formatGoValue } from "../../podman/go/value.ts";
import { goPrintf } from "./go-printf.ts";
import { toJson } from "./json.ts";
import { callMethods } from "./template-methods.ts";

/*
 * Only ever imported with `await import()`: the template engine costs 2 ms, and most calls have no --format.
 */

/** A parsed template: a value in, its text out. Values as in go-value.ts. */
export type Render = (value: unknown) => string;

interface Naming {
  /** What the template is called in messages: the command's last word, as podman has it. */
  readonly name: string;
  /** What podman puts before the user's text and so counts in columns; `{{range .}}` for lists. */
  readonly prefix?: string;
}

const GO_FUNCTIONS =
  "and call html index slice js len not or print printf println urlquery eq ge gt le lt ne".split(" ");

/**
 * Parse a `--format` template.
 * @throws {TspodError} in podman's words, here for bad syntax, or from the returned function for a field that
 * isn't there
 */
export function parseTemplate(source: string, { name, prefix = "" }: Naming): Render {
  const engine: Engine<unknown> = createEngine<unknown>({
    fromString: (text) => text,
    toString: formatGoValue,
    isT: (value): value is unknown => (typeof value === "object" && value !== null) || isMethod(value),
    missingKey: "error",
    funcs: functions,
  });
  return translated(
    () => {
      const template = engine.parse(callMethods(source));
      checkFunctions(template.referencedFunctions(), name);
      return (value: unknown) =>
        translated(() => template.evaluate(value).map(printed).join(""), { name, prefix });
    },
    { name, prefix },
  );
}

function isMethod(value: unknown): boolean {
  return typeof value === "function";
}

function printed(value: unknown): string {
  if (isMethod(value)) throw new TspodError("wrong number of args for a method: it has no value by itself");
  return formatGoValue(value);
}

function checkFunctions(names: Iterable<string>, template: string): void {
  for (const name of names) {
    if (!GO_FUNCTIONS.includes(name) && !Object.hasOwn(functions, name)) {
      throw new TspodError(`template: ${template}:1: function "${name}" not defined`);
    }
  }
}

function translated<R>(act: () => R, { name, prefix }: Required<Naming>): R {
  try {
    return act();
  } catch (error) {
    if (error instanceof MissingFieldError) {
      const path = error.path.map((field) => `.${field}`).join("");
      // Go points at the last field of `.Config.Foo`.
      const before = error.path.slice(0, -1).reduce((length, field) => length + field.length + 1, 0);
      const column = error.pos.column - 1 + before + (error.pos.line === 1 ? prefix.length : 0);
      throw new TspodError(
        `template: ${name}:${error.pos.line}:${column}: executing "${name}" at <${path}>: can't evaluate field ${error.path.at(-1)}`,
      );
    }
    if (error instanceof TemplateError) {
      const message = error.message === "expected `{{end}}`" ? "unexpected EOF" : error.message;
      throw new TspodError(`template: ${name}:${error.pos.line}: ${message}`);
    }
    if (error instanceof Error && !(error instanceof TspodError)) {
      throw new TspodError(`template: ${name}:1: ${error.message}`);
    }
    throw error;
  }
}

/** A function of exactly as many arguments as `argTypes` has. */
function exactly(name: string, argTypes: readonly ArgType[], fn: (...values: unknown[]) => unknown): FuncMap {
  const counted = (...values: unknown[]): unknown => {
    if (values.length === argTypes.length) return fn(...values);
    throw new TspodError(`wrong number of args for ${name}: want ${argTypes.length} got ${values.length}`);
  };
  return { [name]: { fn: counted, argTypes } };
}

/** Podman's own template functions, and those of Go whose result depends on Go's types. */
const functions: FuncMap = {
  ...exactly("join", ["value", "string"], (items, separator) =>
    asList(items).map(formatGoValue).join(String(separator)),
  ),
  ...exactly("json", ["value"], (value) => toJson(value)),
  ...exactly("lower", ["string"], (text) => String(text).toLowerCase()),
  ...exactly("upper", ["string"], (text) => String(text).toUpperCase()),
  ...exactly("title", ["string"], (text) => titleCase(String(text))),
  ...exactly("split", ["string", "string"], (text, separator) => String(text).split(String(separator))),
  ...exactly("pad", ["string", "int", "int"], (text, before, after) =>
    text === "" ? "" : `${" ".repeat(Number(before))}${text}${" ".repeat(Number(after))}`,
  ),
  ...exactly("truncate", ["string", "int"], (text, length) =>
    [...String(text)].slice(0, Number(length)).join(""),
  ),
  printf: { fn: (format, ...values) => goPrintf(String(format), values), argTypes: ["string", "value"] },
  index: { fn: (value, ...keys) => keys.reduce(goIndex, value), argTypes: ["value", "value"] },
};

/** Go's strings.Title. */
function titleCase(text: string): string {
  return text.replace(
    /(^|[^\p{L}\p{N}_'])(\p{Ll})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
}

/** Go's `index`: a map's missing key is its values' zero value, a slice's missing place an error. */
function goIndex(value: unknown, key: unknown): unknown {
  if (value instanceof Map) {
    const item: unknown = value.get(key);
    return item === undefined ? zeroLike(value.values().next().value) : item;
  }
  if (Array.isArray(value)) {
    const place = Number(key);
    if (!(place >= 0 && place < value.length)) {
      throw new TspodError(`error calling index: reflect: slice index out of range`);
    }
    return value[place];
  }
  if (value === null || value === undefined)
    throw new TspodError("error calling index: index of nil pointer");
  throw new TspodError(`error calling index: can't index item of type ${typeof value}`);
}

function zeroLike(sample: unknown): unknown {
  if (sample === undefined || typeof sample === "string") return "";
  if (typeof sample === "number") return 0;
  if (typeof sample === "boolean") return false;
  return [];
}
