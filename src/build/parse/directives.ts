import { members, soundJson, text } from "../../oci/shape.ts";
import { DockerfileError } from "./dockerfile-error.ts";

/** What the comments at a Dockerfile's head ask of the parser. */
export interface Directives {
  /** The image of a frontend, as written. */
  readonly syntax?: string;
  readonly escapeChar: "\\" | "`";
  readonly check?: string;
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const SLASH_DIRECTIVE = /^\/\/\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
/** Of a file that is JSON. */
const syntaxShape = members({}, { syntax: text });
const NAMES = new Set(["syntax", "escape", "check"]);

/**
 * Directives stand before anything else; the first line that is none ends them.
 * @param lines of the Dockerfile, without their line ends
 * @throws {DockerfileError} For a directive that is given twice, or an escape that is neither `\` nor a
 * backtick.
 * @see https://docs.docker.com/reference/dockerfile/#parser-directives
 */
export function parseDirectives(lines: readonly string[]): Directives {
  const start = lines[0]?.startsWith("#!") ? 1 : 0;
  const found = directivesIn(lines, start, DIRECTIVE);
  const escapeChar = found.get("escape") ?? "\\";
  if (escapeChar !== "\\" && escapeChar !== "`") {
    throw new DockerfileError(`invalid ESCAPE '${escapeChar}'. Must be ${"` or \\"}`);
  }
  const syntax = found.get("syntax") ?? otherSyntax(lines, start);
  const check = found.get("check");
  return { escapeChar, ...(syntax !== undefined && { syntax }), ...(check !== undefined && { check }) };
}

function directivesIn(lines: readonly string[], start: number, form: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  for (let index = start; index < lines.length; index++) {
    const [, name = "", value = ""] = form.exec(lines[index] ?? "") ?? [];
    const key = name.toLowerCase();
    if (!NAMES.has(key)) break;
    if (found.has(key)) {
      const at = { first: index + 1, last: index + 1 };
      throw new DockerfileError(`only one ${key} parser directive can be used`, at);
    }
    found.set(key, value);
  }
  return found;
}

/** A frontend of another language may name itself in a comment of that language, or as a key of its JSON. */
function otherSyntax(lines: readonly string[], start: number): string | undefined {
  const slashes = directivesIn(lines, start, SLASH_DIRECTIVE).get("syntax");
  if (slashes !== undefined || !lines[start]?.trimStart().startsWith("{")) return slashes;
  // What is not JSON is for the parser of the instructions: it says what is wrong with the first line.
  return soundJson(syntaxShape, lines.slice(start).join("\n"))?.syntax;
}
