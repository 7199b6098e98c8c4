import { TspodError } from "../../errors.ts";
import { type CharRange, matchesAll, type Token } from "./pattern.ts";

/** Whether a word is a pattern at all, or the name of one file. */
export function isPattern(text: string): boolean {
  return /[*?[\\]/.test(text);
}

/**
 * Go's file patterns: `*` and `?` do not cross a slash, `[a-z]` and `[^a]` are classes, `\` takes the next
 * character as it is.
 * @param stars whether `**` crosses slashes, as in ignore files
 * @throws {TspodError} If it is not well-formed.
 * @see https://pkg.go.dev/path/filepath#Match
 */
export function parsePathPattern(text: string, { stars }: { stars: boolean }): Token[] {
  const chars = [...text];
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; ) {
    const char = chars[at] ?? "";
    if (char === "*" && stars && chars[at + 1] === "*") {
      const next = doubleStar(chars, at);
      tokens.push(next.token);
      at = next.end;
    } else if (char === "[") {
      const next = characterClass(chars, at, text);
      tokens.push(next.token);
      at = next.end;
    } else if (char === "\\") {
      const literal = chars[at + 1];
      if (literal === undefined) throw malformed(text);
      tokens.push({ kind: "literal", char: literal });
      at += 2;
    } else {
      tokens.push(
        char === "*" ? { kind: "star" } : char === "?" ? { kind: "any" } : { kind: "literal", char },
      );
      at++;
    }
  }
  return tokens;
}

export function matchesPath(tokens: readonly Token[], path: string): boolean {
  return matchesAll(tokens, path);
}

interface Parsed {
  readonly token: Token;
  readonly end: number;
}

/**
 * At the end all that follows; in front of something any number of directories, or anything at the very
 * start.
 */
function doubleStar(chars: readonly string[], at: number): Parsed {
  const isBeforeSlash = chars[at + 2] === "/";
  const end = at + 2 + (isBeforeSlash ? 1 : 0);
  if (end >= chars.length || (at === 0 && !isBeforeSlash)) return { token: { kind: "star-all" }, end };
  return { token: { kind: "directories" }, end };
}

function characterClass(chars: readonly string[], start: number, text: string): Parsed {
  let at = start + 1;
  const negated = chars[at] === "^";
  if (negated) at++;
  const ranges: CharRange[] = [];
  const one = (): string => {
    const char = chars[at++];
    if (char === undefined || char === "-" || (char === "]" && ranges.length === 0)) throw malformed(text);
    if (char !== "\\") return char;
    const literal = chars[at++];
    if (literal === undefined) throw malformed(text);
    return literal;
  };
  while (chars[at] !== "]" || ranges.length === 0) {
    const from = one();
    if (chars[at] !== "-") {
      ranges.push([from, from]);
      continue;
    }
    at++;
    ranges.push([from, one()]);
  }
  return { token: { kind: "class", negated, ranges }, end: at + 1 };
}

function malformed(text: string): TspodError {
  return new TspodError(`syntax error in pattern "${text}"`);
}
