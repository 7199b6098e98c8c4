/**
 * One place of a pattern. `any` is one character, `star` is any number of them, both without a slash;
 * `any-all` and `star-all` are the same with slashes; `directories` is nothing, or what ends in a slash.
 */
export type Token =
  | { readonly kind: "literal"; readonly char: string }
  | { readonly kind: "any" | "star" | "any-all" | "star-all" | "directories" }
  | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly CharRange[] };

/** Characters from one to another, both included. */
export type CharRange = readonly [from: string, to: string];

/*
 * Patterns come from strangers' files, and a backtracking matcher takes years for some of them. So all
 * places where a match may have got to are followed side by side: the time is pattern times text.
 */

/** Whether a pattern matches all of a text. */
export function matchesAll(tokens: readonly Token[], text: string): boolean {
  return endsOf(tokens, [...text]).includes(text.length === 0 ? 0 : [...text].length);
}

/**
 * Where matches that begin at the text's start may end, in ascending order.
 * @param text its characters
 */
export function endsOf(tokens: readonly Token[], text: readonly string[], start = 0): number[] {
  const ends: number[] = [];
  let places = closure(tokens, new Set([0]));
  for (let at = start; ; at++) {
    if (places.has(tokens.length)) ends.push(at);
    const char = text[at];
    if (char === undefined || places.size === 0) return ends;
    places = step(tokens, places, char);
  }
}

/** The places after one more character. */
function step(tokens: readonly Token[], places: ReadonlySet<number>, char: string): Set<number> {
  const next = new Set<number>();
  for (const place of places) {
    const token = tokens[Math.floor(place)];
    if (token === undefined) continue;
    const inDirectories = !Number.isInteger(place);
    if (token.kind === "directories" || inDirectories) {
      // Half a place further: inside of a run of directories, which only a slash ends.
      next.add(Math.floor(place) + 0.5);
      if (char === "/") next.add(Math.floor(place) + 1);
    } else if (token.kind === "star-all" || (token.kind === "star" && char !== "/")) {
      next.add(place);
    } else if (accepts(token, char)) {
      next.add(place + 1);
    }
  }
  return closure(tokens, next);
}

/** With the places that are reached without a character. */
function closure(tokens: readonly Token[], places: Set<number>): Set<number> {
  for (const place of places) {
    const kind = Number.isInteger(place) ? tokens[place]?.kind : undefined;
    if (kind === "star" || kind === "star-all" || kind === "directories") places.add(place + 1);
  }
  return places;
}

function accepts(token: Token, char: string): boolean {
  switch (token.kind) {
    case "literal":
      return token.char === char;
    case "any":
      return char !== "/";
    case "any-all":
      return true;
    case "class":
      return char !== "/" && token.ranges.some(([from, to]) => from <= char && char <= to) !== token.negated;
    default:
      return false;
  }
}
