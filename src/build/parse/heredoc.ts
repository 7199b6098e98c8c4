import { substituteWords } from "./substitute.ts";
import { splitQuoted } from "./words.ts";

/** What a line announces with `<<WORD`. */
export interface HeredocStart {
  readonly name: string;
  /** Whether variables in the body are replaced (RUN leaves that to the shell). */
  readonly expand: boolean;
  /** Whether leading tabs of the body and the terminator go. */
  readonly chomp: boolean;
}

export interface Heredoc extends HeredocStart {
  readonly content: string;
}

/** The heredocs that a line announces, in their order. */
export function heredocStarts(line: string, escapeChar: string): HeredocStart[] {
  return splitQuoted(line, escapeChar).flatMap((word) => heredocStart(word) ?? []);
}

/** @returns undefined where a word announces none */
export function heredocStart(word: string): HeredocStart | undefined {
  const [, , dash, rest = ""] = /^(\d*)<<(-?)([^<]*)$/.exec(word) ?? [];
  if (rest === "") return undefined;
  const names = namesOf(rest);
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  return { name, expand: name === rest, chomp: dash === "-" };
}

/** Quotes are taken away, and nothing else: `<<$x` ends at a line `$x`. */
function namesOf(rest: string): string[] {
  try {
    return substituteWords(rest.replaceAll("$", "\\$"), { lookup: () => undefined });
  } catch {
    return []; // A quote is not closed: then it is a shift, or whatever the shell makes of it.
  }
}
