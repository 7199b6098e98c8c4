import parser from "yargs-parser";
import { canonicalArguments, type GivenFlag } from "./canonical-arguments.ts";
import type { FlagTable } from "./flag.ts";
import { defaultValue, type ParsedValue, parseValue } from "./flag-value.ts";

/** A command line, parsed by a table. */
export interface ParsedLine {
  /** Every flag of the table, by its long name. */
  readonly values: Readonly<Record<string, ParsedValue>>;
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly help: boolean;
}

const SETTINGS = {
  "halt-at-non-option": true,
  "nargs-eats-options": true,
  "strip-aliased": true,
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "greedy-arrays": false,
};

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
  const texts = collect(flags);
  const values: Record<string, ParsedValue> = {};
  for (const [name, flag] of Object.entries(table)) values[name] = defaultValue(flag);
  for (const [name, given] of texts) {
    const flag = table[name];
    if (flag) values[name] = parseValue(name, flag, given);
  }
  return { values, given: new Set(texts.keys()), operands, help };
}

/** What was given for each flag, in order. */
function collect(flags: readonly GivenFlag[]): ReadonlyMap<string, readonly string[]> {
  if (flags.length === 0) return new Map(); // the library's first call costs a millisecond
  const names = [...new Set(flags.map(([name]) => name))];
  // All are strings to the library: it would take any text for a boolean, and collects repeats of strings only. Name
  // and value are two words to it: of `--name="x"` it would take the quotes away.
  const { argv } = parser.detailed(
    flags.flatMap(([name, value]) => [`--${name}`, value]),
    { string: names, narg: Object.fromEntries(names.map((name) => [name, 1])), configuration: SETTINGS },
  );
  return new Map(
    names.map((name) => {
      const value: unknown = argv[name];
      return [name, Array.isArray(value) ? value.map(String) : [String(value)]];
    }),
  );
}
