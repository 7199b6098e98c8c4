/** The proof that a registry wants before it answers: one challenge of a WWW-Authenticate header. */
export interface Challenge {
  /** Lower case: "bearer", "basic". */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const PARAMETER = /\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y;

/**
 * The challenges of WWW-Authenticate headers, in order. What can't be read is left out.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1
 */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  return headers.flatMap(parseHeader);
}

function parseHeader(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let position = 0;
  while (position < header.length) {
    const scheme = match(TOKEN, header, skip(header, position));
    if (scheme === undefined) break;
    position = scheme.end;
    const parameters: Record<string, string> = {};
    for (;;) {
      const parameter = match(PARAMETER, header, skip(header, position));
      if (parameter === undefined) break;
      const [, name = "", quoted, plain = ""] = parameter.groups;
      parameters[name.toLowerCase()] = quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1");
      position = parameter.end;
    }
    challenges.push({ scheme: scheme.groups[0]?.toLowerCase() ?? "", parameters });
  }
  return challenges;
}

/** Past blanks and commas: between parameters as between challenges. */
function skip(text: string, position: number): number {
  let next = position;
  while (/[\s,]/.test(text[next] ?? "")) next++;
  return next;
}

function match(
  pattern: RegExp,
  text: string,
  position: number,
): { groups: readonly (string | undefined)[]; end: number } | undefined {
  pattern.lastIndex = position;
  const groups = pattern.exec(text);
  return groups === null ? undefined : { groups, end: pattern.lastIndex };
}
