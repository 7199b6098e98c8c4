import { TspodError } from "../../errors.ts";

/** Nested mappings of texts. */
export interface BlockMapping {
  readonly [key: string]: string | BlockMapping;
}

const LINE = /^( *)("(?:[^"\\]|\\["\\/])*"|'(?:[^']|'')*'|[^\s"'#&*!|>%@`[\]{},?-][^#]*?):(?: +(.*))?$/;
const QUOTED = /^(?:"((?:[^"\\]|\\["\\/])*)"|'((?:[^']|'')*)')\s*(?:#.*)?$/;
/** What begins something else than a plain text. */
const INDICATOR = /^[[\]{},&*!|>%@`"'#]/;

/**
 * The part of YAML that registries.d is written in: mappings by indentation, plain and quoted texts, comments.
 * @param path for messages
 * @throws {TspodError} `PATH:LINE: …` for everything else, lists and anchors and the like.
 */
export function parseBlockMapping(text: string, path: string): BlockMapping {
  const root: Level = { indent: -1, childIndent: undefined, entries: {} };
  const levels: Level[] = [root];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#.*)?$/.test(raw) || raw === "---") continue;
    const problem = (what: string) => new TspodError(`parsing ${path}:${index + 1}: ${what}`);
    const [, spaces = "", key = "", rest = ""] = LINE.exec(raw.trimEnd()) ?? [];
    if (key === "") throw problem("expected KEY: VALUE, or KEY: with further lines indented below it");
    while ((levels.at(-1)?.indent ?? -1) >= spaces.length) levels.pop();
    const level = levels.at(-1) ?? root;
    level.childIndent ??= spaces.length;
    if (level.childIndent !== spaces.length)
      throw problem("this is indented otherwise than the lines before it");
    const name = unquote(key.trimEnd());
    if (Object.hasOwn(level.entries, name)) throw problem(`"${name}" stands here twice`);
    const value = scalar(rest.trim(), problem);
    if (value !== undefined) level.entries[name] = value;
    else {
      const entries: MutableMapping = {};
      level.entries[name] = entries;
      levels.push({ indent: spaces.length, childIndent: undefined, entries });
    }
  }
  return root.entries;
}

interface MutableMapping {
  [key: string]: string | MutableMapping;
}

interface Level {
  readonly indent: number;
  /** How far its lines are indented; undefined before the first. */
  childIndent: number | undefined;
  readonly entries: MutableMapping;
}

/** undefined: there is nothing but a comment, so a mapping follows, or nothing at all. */
function scalar(text: string, problem: (what: string) => TspodError): string | undefined {
  if (text === "" || text.startsWith("#")) return undefined;
  if (QUOTED.test(text)) return unquote(text.replace(/(["'])\s*#[^"']*$/, "$1"));
  if (text === "{}") return undefined;
  if (INDICATOR.test(text)) throw problem(`"${text}" is not a plain or quoted text`);
  return text.replace(/\s+#.*$/, "");
}

function unquote(text: string): string {
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text;
}
