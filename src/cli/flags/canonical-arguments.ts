import { UsageError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import { nearest } from "../../options/edit-distance.ts";
import type { Flag, FlagTable } from "./flag.ts";

/** A flag as it was given: its long name, and its value as text. */
export type GivenFlag = readonly [name: string, value: string];

/** A command line with its flags in one form only. */
export interface CanonicalArguments {
  readonly flags: readonly GivenFlag[];
  readonly operands: readonly string[];
  /** `--help` (or `-h`, where the command has no -h of its own) stood among the flags. */
  readonly help: boolean;
}

type Entry = readonly [name: string, flag: Flag];

/**
 * Take a command line apart by pflag's rules: `-p8080:80`, `-itd`, `-eA=b`, `--rm=false`, `--name -x`.
 * @param haltAtOperand everything from the first operand on is operands
 * @throws {UsageError} If a flag is unknown or lacks its value
 * @see https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax
 */
export function canonicalArguments(
  argv: readonly string[],
  table: FlagTable,
  { haltAtOperand = false }: { haltAtOperand?: boolean } = {},
): CanonicalArguments {
  const flags: GivenFlag[] = [];
  const operands: string[] = [];
  const shorts = new Map(
    Object.entries(table).flatMap((entry) => (entry[1].short ? [[entry[1].short, entry]] : [])),
  );
  let help = false;
  let at = 0;
  const next = (what: string): string => {
    const value = argv[at++];
    if (value === undefined) throw new UsageError(`flag needs an argument: ${what}`);
    return value;
  };
  while (at < argv.length) {
    const argument = argv[at++] ?? "";
    if (argument === "--") return { flags, operands: [...operands, ...argv.slice(at)], help };
    if (!argument.startsWith("-") || argument === "-") {
      if (haltAtOperand) return { flags, operands: argv.slice(at - 1), help };
      operands.push(argument);
    } else if (argument.startsWith("--")) {
      const long = longFlag(argument, table);
      if (long === "help") help = true;
      else flags.push([long.name, long.value ?? next(`--${long.name}`)]);
    } else {
      const cluster = shortFlags(argument.slice(1), { shorts, table, next });
      flags.push(...cluster.flags);
      help ||= cluster.help;
    }
  }
  return { flags, operands, help };
}

function longFlag(argument: string, table: FlagTable): { name: string; value: string | undefined } | "help" {
  const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(argument) ?? [];
  if (name === "" || name.startsWith("-")) throw new UsageError(`bad flag syntax: ${argument}`);
  const entry = findLong(name, table);
  if (entry === undefined) {
    if (name === "help") return "help";
    throw new UsageError(`unknown flag: --${name}`, suggestion(name, table));
  }
  return { name: entry[0], value: value ?? valueWithout(entry[1]) };
}

function findLong(name: string, table: FlagTable): Entry | undefined {
  const flag = ownValue(table, name);
  if (flag !== undefined) return [name, flag];
  return Object.entries(table).find(([, { aliases }]) => aliases?.includes(name));
}

/** `itp8080:80`, the letters after one dash: flags without values, then at most one with. */
function shortFlags(
  letters: string,
  {
    shorts,
    table,
    next,
  }: {
    readonly shorts: ReadonlyMap<string, Entry>;
    readonly table: FlagTable;
    readonly next: (what: string) => string;
  },
): { flags: GivenFlag[]; help: boolean } {
  const flags: GivenFlag[] = [];
  for (let rest = letters; rest !== ""; ) {
    const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    const entry = shorts.get(letter);
    if (entry === undefined) {
      if (letter === "h") return { flags, help: true };
      throw new UsageError(`unknown shorthand flag: '${letter}' in -${rest}`, longInstead(letters, table));
    }
    const [name, flag] = entry;
    const after = rest.slice(letter.length);
    const implied = valueWithout(flag);
    if (after.length > 1 && after.startsWith("="))
      return { flags: [...flags, [name, after.slice(1)]], help: false };
    if (implied === undefined) {
      const value = after === "" ? next(`'${letter}' in -${rest}`) : after;
      return { flags: [...flags, [name, value]], help: false };
    }
    flags.push([name, implied]);
    rest = after;
  }
  return { flags, help: false };
}

/** The value of a flag that stands without one; undefined where it must have one. */
function valueWithout(flag: Flag): string | undefined {
  if (flag.type === "boolean") return "true";
  return flag.type === "string" ? flag.optionalValue : undefined;
}

function suggestion(name: string, table: FlagTable): string | undefined {
  const known = Object.entries(table).flatMap(([long, { hidden }]) => (hidden ? [] : [long]));
  const [best] = nearest(name, known);
  return best === undefined ? undefined : `Did you mean --${best}?`;
}

/** For a long name behind one dash, as other programs take it: `-rm`, `-name=x`. */
function longInstead(letters: string, table: FlagTable): string | undefined {
  const [name = ""] = letters.split("=", 1);
  const entry = name.length > 1 ? findLong(name, table) : undefined;
  return entry === undefined || entry[1].hidden ? undefined : `Did you mean --${name}?`;
}
