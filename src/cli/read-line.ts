import { UsageError } from "../errors.ts";
import type { CommandTable } from "./define-command.ts";
import { findCommand } from "./find-command.ts";
import type { FlagTable } from "./flags/flag.ts";
import { type GlobalFlags, globalFlagTable, persistentFlagTable } from "./flags/global-flags.ts";
import { type ParsedLine, parseFlags } from "./flags/parse-flags.ts";

/** A command line, as far as it can be understood without its command's own table. */
export interface Line {
  readonly globalFlags: GlobalFlags;
  /** Global flags that stood on the command line. */
  readonly given: ReadonlySet<string>;
  /** Words of the command, or of the group where `isCommand` is false. */
  readonly name: string;
  readonly isCommand: boolean;
  readonly help: boolean;
  /** What stands after the command's words. */
  readonly rest: readonly string[];
}

/**
 * Read the global flags and the command's words.
 * @param program what the user calls us
 * @throws {UsageError} If there is no such flag or command
 */
export async function readLine(
  argv: readonly string[],
  { commands, program }: { commands: Pick<CommandTable, "names" | "has">; program: string },
): Promise<Line> {
  let values: ParsedLine["values"] = {};
  const given = new Set<string>();
  let help = false;
  const nextOperand = (rest: readonly string[], group: string): readonly string[] => {
    const table: FlagTable = group === "" ? globalFlagTable : persistentFlagTable;
    const parsed = withHint([program, group], () => parseFlags(rest, table, { haltAtOperand: true }));
    values = { ...values, ...onlyGiven(parsed, values) };
    for (const name of parsed.given) given.add(name);
    help ||= parsed.help || parsed.values.help === true;
    // Whatever follows: podman-compose asks `--version ''` before each of its calls.
    return values.version === true ? [] : parsed.operands;
  };
  const found = findCommand(argv, { commands, nextOperand });
  if (found.kind === "unknown") throw await unknown(argv, { ...found, names: commands.names(), program });
  return {
    // Parsed by globalFlagTable, or by a part of it on top of that.
    globalFlags: values as unknown as GlobalFlags,
    given,
    name: found.name,
    isCommand: found.kind === "command",
    help,
    rest: found.rest,
  };
}

/** Where a command's flags are explained. */
export function helpHint(words: readonly string[]): string {
  return `See '${words.filter(Boolean).join(" ")} --help'`;
}

/** Flags that don't parse are explained by the command's help. */
export function withHint<R>(words: readonly string[], parse: () => R): R {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const hints = [error.hint, helpHint(words)];
    throw new UsageError(error.message, hints.filter((hint) => hint !== undefined).join("\n"));
  }
}

/**
 * After a word that is no command, Podman looks for its own flags in the whole line: theirs is the first
 * complaint.
 */
async function unknown(
  argv: readonly string[],
  { group, word, ...known }: { group: string; word: string; names: readonly string[]; program: string },
): Promise<UsageError> {
  const { unknownCommand, UnknownCommandError } = await import("./unknown-command.ts");
  const error = unknownCommand(group, word, known);
  if (error instanceof UnknownCommandError)
    withHint([known.program], () => parseFlags(argv, globalFlagTable));
  return error;
}

/** The values that count: all of the first table, then what was given. */
function onlyGiven({ values, given }: ParsedLine, before: ParsedLine["values"]): ParsedLine["values"] {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !(name in before) || given.has(name)));
}
