import { TspodError } from "../../errors.ts";

/** Split at blanks, without looking at quotes. */
export function splitBlanks(text: string): string[] {
  return text
    .trim()
    .split(/[\t\v\f\r\n ]+/)
    .filter(Boolean);
}

/** Split at blanks outside of quotes; quotes and escapes stay in the words. */
export function splitQuoted(text: string, escapeChar: string): string[] {
  const words: string[] = [];
  const chars = [...text];
  let word = "";
  let quote = "";
  let isOpen = false;
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? "";
    if (quote === "" && /\s/.test(char)) {
      if (isOpen) words.push(word);
      word = "";
      isOpen = false;
      continue;
    }
    isOpen = true;
    word += char;
    if (char === quote) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
    else if (char === escapeChar && quote !== "'") word += chars[++at] ?? "";
  }
  if (isOpen) words.push(word);
  return words;
}

/** Names and values of ENV or LABEL, unexpanded. */
export interface NameValues {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** Whether it is the form with a blank between name and value. */
  readonly isLegacy: boolean;
}

/**
 * `A=b "C=d e"`, or `A some words`.
 * @throws {TspodError} If a word has no `=`, or there is a name alone.
 */
export function parseNameValues(instruction: string, text: string, escapeChar: string): NameValues {
  const words = splitQuoted(text, escapeChar);
  if (words.length === 0) throw new TspodError(`${instruction} requires at least one argument`);
  if (!words[0]?.includes("=")) return { pairs: [legacyPair(instruction, text)], isLegacy: true };
  return { pairs: words.map((word) => namedValue(instruction, word)), isLegacy: false };
}

function legacyPair(instruction: string, text: string): [string, string] {
  const [, name = "", value = ""] = /^(\S+)\s+([\s\S]+)$/.exec(text.trim()) ?? [];
  if (name === "") throw new TspodError(`${instruction} must have two arguments`);
  return [name, value];
}

function namedValue(instruction: string, word: string): [string, string] {
  const at = word.indexOf("=");
  if (at === -1) {
    throw new TspodError(
      `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
    );
  }
  if (at === 0) throw new TspodError(`${instruction} names can not be blank`);
  return [word.slice(0, at), word.slice(at + 1)];
}
