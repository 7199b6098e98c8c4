import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import { nearest } from "../../options/edit-distance.ts";

/** An instruction's text with the `--name=value` words in front of it taken off. */
export interface Flagged {
  readonly flags: readonly string[];
  readonly rest: string;
}

/** Quotes and backslashes work in the words; `--` alone ends them. */
export function takeFlags(text: string): Flagged {
  const chars = [...text];
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(chars[at] ?? "")) at++;
    if (chars[at] !== "-" || chars[at + 1] !== "-") return { flags, rest: chars.slice(at).join("") };
    const { word, end } = takeWord(chars, at);
    at = end;
    if (word === "--") return { flags, rest: chars.slice(at).join("").trimStart() };
    flags.push(word);
  }
}

function takeWord(chars: readonly string[], start: number): { word: string; end: number } {
  let word = "";
  let quote = "";
  let at = start;
  for (; at < chars.length; at++) {
    const char = chars[at] ?? "";
    if (quote === "" && /\s/.test(char)) break;
    if (char === quote) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
    else if (char === "\\") word += chars[++at] ?? "";
    else word += char;
  }
  return { word, end: at };
}

export type FlagKind = "string" | "strings" | "boolean";

/** The values of an instruction's flags; what was not given is absent. */
export interface FlagValues {
  readonly strings: ReadonlyMap<string, readonly string[]>;
  one(name: string): string | undefined;
  all(name: string): readonly string[];
  isOn(name: string): boolean;
}

/**
 * @param kinds the flags that the instruction has
 * @throws {TspodError} For a flag that it has not, has twice, or that lacks its value.
 */
export function readFlags(flags: readonly string[], kinds: Readonly<Record<string, FlagKind>>): FlagValues {
  const strings = new Map<string, string[]>();
  for (const flag of flags) {
    const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(flag) ?? [];
    const kind = ownValue(kinds, name);
    if (kind === undefined) throw unknownFlag(name, Object.keys(kinds));
    const before = strings.get(name) ?? [];
    if (before.length > 0 && kind !== "strings") throw new TspodError(`duplicate flag specified: ${name}`);
    strings.set(name, [...before, checkedValue({ name, kind, value })]);
  }
  return {
    strings,
    one: (name) => strings.get(name)?.[0],
    all: (name) => strings.get(name) ?? [],
    isOn: (name) => strings.get(name)?.[0] === "true",
  };
}

function checkedValue({
  name,
  kind,
  value,
}: {
  name: string;
  kind: FlagKind;
  value: string | undefined;
}): string {
  if (kind === "boolean") {
    const lower = value?.toLowerCase() ?? "true";
    if (lower === "true" || lower === "false") return lower;
    throw new TspodError(`expecting boolean value for flag ${name}, not: ${value}`);
  }
  if (value === undefined) throw new TspodError(`missing a value on flag: ${name}`);
  return value;
}

function unknownFlag(name: string, known: readonly string[]): TspodError {
  const [meant] = nearest(name, known);
  return new TspodError(`unknown flag: --${name}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`);
}
