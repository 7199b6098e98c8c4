import { TspodError } from "../../errors.ts";
import { type SplitOptions, splitWords } from "./split-words.ts";
import { type UnitFile, type UnitLine, unitError } from "./unit-file.ts";

/** What a section says, each key read as it is meant. */
export interface Section {
  readonly name: string;
  readonly lines: readonly UnitLine[];
  has(key: string): boolean;
  /** The last one, quotes around the whole taken off; undefined where the key doesn't stand there. */
  last(key: string): string | undefined;
  /** All since the last empty one. */
  all(key: string): string[];
  /** Words of all, without their quotes. */
  words(key: string): string[];
  /** As words(), with C escapes read, as systemd reads a command line. */
  arguments(key: string): string[];
  /** The arguments of the last one; undefined where the key doesn't stand there. */
  lastArguments(key: string): string[] | undefined;
  /** undefined where the key doesn't stand there. */
  boolean(key: string): boolean | undefined;
  /** Of what was read so far, with file and line. */
  readonly warnings: readonly string[];
  /** An error that names the key's last line. */
  error(key: string, message: string): TspodError;
}

/** A section of a unit; an empty one where the unit has none of that name. */
export function sectionOf(unit: UnitFile, name: string): Section {
  const lines = unit.sections.get(name) ?? [];
  const linesOf = (key: string) => {
    const own = lines.filter((line) => line.key === key);
    return own.slice(own.findLastIndex(({ value }) => value === "") + 1);
  };
  const lastLine = (key: string) => lines.findLast((line) => line.key === key);
  const last = (key: string) => {
    const line = lastLine(key);
    return line && unquoted(line.value);
  };
  const warnings: string[] = [];
  const argumentsOf = (line: UnitLine) =>
    wordsOf(line, {
      escapes: true,
      onUnknown: (letter) => warnings.push(unknownEscape(line, letter)),
    });
  return {
    name,
    lines,
    warnings,
    last,
    has: (key) => lastLine(key) !== undefined,
    all: (key) => linesOf(key).map(({ value }) => value),
    words: (key) => linesOf(key).flatMap((line) => wordsOf(line)),
    arguments: (key) => linesOf(key).flatMap(argumentsOf),
    lastArguments(key) {
      const line = lastLine(key);
      return line && argumentsOf(line);
    },
    boolean(key) {
      const text = last(key);
      return text === undefined ? undefined : /^(?:1|y|yes|t|true|on)$/i.test(text);
    },
    error: (key, message) => unitError(lastLine(key) ?? { path: unit.path, line: 1 }, message),
  };
}

function unquoted(value: string): string {
  return /^".*"$/s.test(value) && value.length >= 2 ? value.slice(1, -1) : value;
}

function unknownEscape({ path, line }: UnitLine, letter: string): string {
  return `${path}:${line}: unsupported escape char '\\${letter}' is kept: write "\\\\" for a backslash`;
}

function wordsOf(line: UnitLine, options?: SplitOptions): string[] {
  try {
    return splitWords(line.value, options);
  } catch (error) {
    throw error instanceof TspodError ? unitError(line, error.message) : error;
  }
}
