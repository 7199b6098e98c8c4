import { TspodError } from "../../errors.ts";

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};
const ESCAPE = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([abfnrtvs\\"']))/;

export interface SplitOptions {
  /** Whether `\n`, `\x41` and the like stand for other letters, as in a command line. */
  readonly escapes?: boolean;
  /** Hears of what follows a backslash and is no escape that systemd knows: both are kept. */
  readonly onUnknown?: (letter: string) => void;
}

/**
 * Split a value into words at blanks. Quotes keep blanks together, and are taken off; one that isn't closed
 * ends with the text.
 * @throws {TspodError} If an escape stands for no letter of Unicode.
 * @see systemd.service(5), Command lines; systemd.syntax(7), Quoting
 */
export function splitWords(text: string, { escapes = false, onUnknown }: SplitOptions = {}): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (escapes && letter === "\\") {
      const { value, length } = unescapeAt(text.slice(at + 1), onUnknown);
      word = (word ?? "") + value;
      at += length;
    } else if (quote !== "") {
      if (letter === quote) quote = "";
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + letter;
  }
  return word === undefined ? words : [...words, word];
}

/** @param text what stands after a backslash */
function unescapeAt(text: string, onUnknown?: (letter: string) => void): { value: string; length: number } {
  if (text === "") return { value: "", length: 0 };
  const found = ESCAPE.exec(text);
  if (found === null) {
    const [letter = ""] = text;
    onUnknown?.(letter);
    return { value: `\\${letter}`, length: letter.length };
  }
  const [whole, byte, short, long, octal, letter] = found;
  const hexadecimal = byte ?? short ?? long;
  if (letter !== undefined) return { value: LETTERS[letter] ?? "", length: whole.length };
  const code = hexadecimal === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hexadecimal, 16);
  if (code > 0x10ffff) throw new TspodError(`"\\${whole}" is no letter of Unicode`);
  return { value: String.fromCodePoint(code), length: whole.length };
}
