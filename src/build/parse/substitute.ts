import { TspodError } from "../../errors.ts";
import { endsOf, type Token } from "../../options/filter/pattern.ts";

/** The value of a variable; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface SubstituteOptions {
  readonly lookup: Lookup;
  /** Default: a backslash. */
  readonly escapeChar?: string;
  /** Whether quotes are characters like others, as in the body of a heredoc. */
  readonly keepQuotes?: boolean;
  /** Called with the name of each variable that is read without being set. */
  readonly onUnset?: (name: string) => void;
}

/**
 * A word of a Dockerfile with its variables replaced and its quotes and escapes taken away.
 * @throws {TspodError} If a quote or brace is not closed, for an unknown modifier, and for `${x:?message}` of
 * an unset x.
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function substitute(word: string, options: SubstituteOptions): string {
  return scan(word, options).result;
}

/** Substitutes, and then splits at the blanks that no quotes protect. */
export function substituteWords(word: string, options: SubstituteOptions): string[] {
  return scan(word, options).words;
}

interface Scan {
  readonly text: readonly string[];
  at: number;
  readonly options: SubstituteOptions;
  readonly escapeChar: string;
}

function scan(word: string, options: SubstituteOptions): Section {
  const state: Scan = { text: [...word], at: 0, options, escapeChar: options.escapeChar ?? "\\" };
  return section(state, { stop: undefined, rawEscapes: false });
}

interface Section {
  readonly result: string;
  readonly words: string[];
}

/** Words as a shell splits them: what came out of quotes is never split, and may be empty. */
function wordCollector() {
  const words: string[] = [];
  let word = "";
  let isOpen = false;
  const end = (): void => {
    if (isOpen || word !== "") words.push(word);
    word = "";
    isOpen = false;
  };
  return {
    raw(text: string): void {
      isOpen = true;
      word += text;
    },
    split(text: string): void {
      for (const char of text) {
        if (/\s/.test(char)) end();
        else word += char;
      }
    },
    finish(): string[] {
      end();
      return words;
    },
  };
}

interface Until {
  /** The character that ends the section; undefined: the end of the text. */
  readonly stop: string | undefined;
  /** Whether escapes stay, since a pattern is being read. */
  readonly rawEscapes: boolean;
}

function section(state: Scan, { stop, rawEscapes }: Until): Section {
  const words = wordCollector();
  let result = "";
  for (;;) {
    const char = state.text[state.at];
    if (char === undefined) break;
    if (char === stop) {
      state.at++;
      return { result, words: words.finish() };
    }
    const piece = pieceAt(state, char, rawEscapes);
    result += piece.text;
    if (piece.isRaw) words.raw(piece.text);
    else words.split(piece.text);
  }
  if (stop !== undefined) throw refusal(`syntax error: missing '${stop}'`);
  return { result, words: words.finish() };
}

/** @returns what stands there, and whether blanks in it split no word */
function pieceAt(state: Scan, char: string, rawEscapes: boolean): { text: string; isRaw: boolean } {
  const { keepQuotes = false } = state.options;
  if (char === "'" && !keepQuotes) return { text: singleQuoted(state), isRaw: true };
  if (char === '"' && !keepQuotes) return { text: doubleQuoted(state), isRaw: true };
  if (char === "$") return { text: variable(state), isRaw: false };
  state.at++;
  if (char !== state.escapeChar) return { text: char, isRaw: false };
  const next = state.text[state.at];
  if (next === undefined) return { text: rawEscapes ? char : "", isRaw: false };
  state.at++;
  return { text: rawEscapes ? char + next : next, isRaw: true };
}

function singleQuoted(state: Scan): string {
  const end = state.text.indexOf("'", state.at + 1);
  if (end === -1) throw unclosed("single-quote");
  const text = state.text.slice(state.at + 1, end).join("");
  state.at = end + 1;
  return text;
}

function doubleQuoted(state: Scan): string {
  let result = "";
  for (state.at++; ; ) {
    const char = state.text[state.at];
    if (char === undefined) throw unclosed("double-quote");
    if (char === "$") {
      result += variable(state);
      continue;
    }
    state.at++;
    if (char === '"') return result;
    const next = state.text[state.at];
    const isEscaped =
      char === state.escapeChar && (next === '"' || next === "$" || next === state.escapeChar);
    if (isEscaped) state.at++;
    result += isEscaped ? next : char;
  }
}

function unclosed(quote: string): TspodError {
  return refusal(`unexpected end of statement while looking for matching ${quote}`);
}

/** From the dollar sign on. */
function variable(state: Scan): string {
  state.at++;
  if (state.text[state.at] !== "{") {
    const name = variableName(state);
    return name === "" ? "$" : readVariable(state, name);
  }
  state.at++;
  const first = state.text[state.at];
  if (first === undefined) throw refusal("syntax error: missing '}'");
  if (first === "{" || first === "}" || first === ":") throw refusal("syntax error: bad substitution");
  const name = variableName(state);
  const modifier = state.text[state.at++];
  if (modifier === undefined) throw refusal("syntax error: missing '}'");
  return modifier === "}" ? readVariable(state, name) : modified(state, name, modifier);
}

/** A name, a number, or one of the shell's special parameters, which nothing here sets. */
function variableName(state: Scan): string {
  const rest = state.text.slice(state.at).join("");
  const [name = ""] = /^(?:[A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?!$-](?=[^A-Za-z_]|$))/.exec(rest) ?? [];
  const isSpecial = /^[@*#?!$-]$/.test(name);
  if (isSpecial && state.text[state.at - 1] !== "{") return "";
  state.at += name.length;
  return name;
}

function readVariable({ options }: Scan, name: string): string {
  const value = options.lookup(name);
  if (value === undefined) options.onUnset?.(name);
  return value ?? "";
}

function modified(state: Scan, name: string, first: string): string {
  const isColon = first === ":";
  const modifier = isColon ? (state.text[state.at++] ?? "") : first;
  switch (modifier) {
    case "-":
    case "+":
    case "?":
      return defaulted(state, name, { modifier, emptyIsUnset: isColon });
    case "#":
    case "%":
    case "/":
      if (isColon) throw unsupported(`:${modifier}`);
      return modifier === "/" ? replaced(state, name) : trimmed(state, name, modifier);
    case "":
      throw refusal("syntax error: missing '}'");
    default:
      throw unsupported(isColon ? `:${modifier}` : modifier);
  }
}

function unsupported(modifier: string): TspodError {
  return refusal(`unsupported modifier (${modifier}) in substitution`);
}

function defaulted(
  state: Scan,
  name: string,
  { modifier, emptyIsUnset }: { modifier: "-" | "+" | "?"; emptyIsUnset: boolean },
): string {
  const value = state.options.lookup(name);
  const isSet = value !== undefined && !(emptyIsUnset && value === "");
  // The word that is not taken is read all the same, but a message of its own must not fail.
  const ignoring = { ...state, options: { ...state.options, lookup: () => "any" } };
  const isTaken = modifier === "+" ? isSet : !isSet;
  const reader = isTaken ? state : ignoring;
  const { result: word } = section(reader, { stop: "}", rawEscapes: false });
  state.at = reader.at;
  if (modifier === "+") return isSet ? word : "";
  if (isSet) return value;
  if (modifier === "-") return word;
  const message = word || (value === undefined ? "is not allowed to be unset" : "is not allowed to be empty");
  throw refusal(`${name}: ${message}`);
}

/** `#`, `##`, `%`, `%%`: without the shortest or the longest beginning or end that matches. */
function trimmed(state: Scan, name: string, modifier: "#" | "%"): string {
  const isLongest = state.text[state.at] === modifier;
  if (isLongest) state.at++;
  const { result: pattern } = section(state, { stop: "}", rawEscapes: true });
  const tokens = shellPattern(pattern);
  const value = [...readVariable(state, name)];
  if (modifier === "#") return value.slice(chosenEnd(tokens, value, isLongest)).join("");
  const length = chosenEnd(tokens.toReversed(), value.toReversed(), isLongest);
  return value.slice(0, value.length - length).join("");
}

function chosenEnd(tokens: readonly Token[], text: readonly string[], isLongest: boolean): number {
  return endsOf(tokens, text).at(isLongest ? -1 : 0) ?? 0;
}

/** `/` and `//`: the first match replaced, or all. */
function replaced(state: Scan, name: string): string {
  const isAll = state.text[state.at] === "/";
  if (isAll) state.at++;
  const tokens = shellPattern(section(state, { stop: "/", rawEscapes: true }).result);
  const { result: replacement } = section(state, { stop: "}", rawEscapes: false });
  const value = [...readVariable(state, name)];
  let result = "";
  let isDone = false;
  for (let at = 0; at < value.length; ) {
    const end: number = isDone ? at : (endsOf(tokens, value, at).at(-1) ?? at);
    result += end > at ? replacement : value[at];
    isDone ||= end > at && !isAll;
    at = Math.max(end, at + 1);
  }
  return result;
}

/** `*`, `?` and backslashes are special, brackets are not. */
function shellPattern(pattern: string): Token[] {
  const tokens: Token[] = [];
  const chars = [...pattern];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? "";
    if (char === "*") tokens.push({ kind: "star-all" });
    else if (char === "?") tokens.push({ kind: "any-all" });
    else tokens.push({ kind: "literal", char: char === "\\" ? (chars[++at] ?? char) : char });
  }
  return tokens;
}

/** In one line, whatever a heredoc's body has in it. */
function refusal(message: string): TspodError {
  return new TspodError(message.replaceAll("\n", "\\n"));
}
