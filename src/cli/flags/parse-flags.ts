import { canonicalArguments, type GivenFlag } from "./canonical-arguments.ts";
import type { Flag, FlagTable } from "./flag.ts";
import { defaultValue, type ParsedValue, parseValue } from "./flag-value.ts";

/** A command line, parsed by a table. */
export interface ParsedLine {
  /** Every flag of the table, by its long name. */
  readonly values: Readonly<Record<string, ParsedValue>>;
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly help: boolean;
}

/**
 * Parse a command's arguments as podman (pflag) does.
 * @param argv what stands after the command's words
 * @throws {UsageError} in podman's words, with a hint where a flag's name is nearly right
 */
export function parseFlags(
  argv: readonly string[],
  table: FlagTable,
  options: { haltAtOperand?: boolean } = {},
): ParsedLine {
  const { flags, operands, help } = canonicalArguments(argv, table, options);
  const texts = collect(flags.filter(([name, value]) => value !== "" || !isAbsentIfEmpty(table[name])));
  const values: Record<string, ParsedValue> = {};
  for (const [name, flag] of Object.entries(table)) values[name] = defaultValue(flag);
  for (const [name, given] of texts) {
    const flag = table[name];
    if (flag) values[name] = parseValue(name, flag, given);
  }
  return { values, given: new Set(texts.keys()), operands, help };
}

function isAbsentIfEmpty(flag: Flag | undefined): boolean {
  return flag?.type === "string" && flag.emptyIsAbsent === true;
}

/** What was given for each flag, in order. */
function collect(flags: readonly GivenFlag[]): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (const [name, value] of flags) {
    const given = texts.get(name);
    if (given === undefined) texts.set(name, [value]);
    else given.push(value);
  }
  return texts;
}
