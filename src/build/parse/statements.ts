import { takeFlags } from "./builder-flags.ts";
import { type Directives, parseDirectives } from "./directives.ts";
import { DockerfileError, type LineRange } from "./dockerfile-error.ts";
import { type Heredoc, type HeredocStart, heredocStarts } from "./heredoc.ts";

/** One instruction as it stands in the file, before its arguments are understood. */
export interface Statement {
  /** In lower case. */
  readonly name: string;
  /** As in the file. */
  readonly writtenName: string;
  /** `--name=value` words, without quotes. */
  readonly flags: readonly string[];
  /** What stands behind the flags, its continuation lines joined. */
  readonly rest: string;
  /** The whole instruction on one line, without heredoc bodies. */
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
  readonly lines: LineRange;
  /** Whether an empty line stands among its continuation lines. */
  readonly hasEmptyContinuation: boolean;
}

export interface StatementList {
  readonly directives: Directives;
  readonly statements: readonly Statement[];
}

/** Only these read `<<` as the start of a heredoc. */
const WITH_HEREDOCS = /^\s*(?:onbuild\s+)?(?:add|copy|run)\s/i;

interface Reader {
  readonly lines: readonly string[];
  readonly escapeChar: string;
  /** Index of the next line. */
  at: number;
}

/**
 * Split a Dockerfile into its instructions.
 * @throws {DockerfileError} For wrong directives, and heredocs without an end.
 */
export function parseStatements(text: string): StatementList {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const directives = parseDirectives(lines);
  const reader: Reader = { lines, escapeChar: directives.escapeChar, at: 0 };
  const statements: Statement[] = [];
  while (reader.at < lines.length) {
    const statement = readStatement(reader);
    if (statement !== undefined) statements.push(statement);
  }
  if (statements.length === 0) throw new DockerfileError("file with no instructions");
  return { directives, statements };
}

/** @returns undefined for a line without anything */
function readStatement(reader: Reader): Statement | undefined {
  const first = reader.at + 1;
  const logical = readLogicalLine(reader);
  const text = logical.text.trim();
  if (text === "") return undefined;
  const { name: writtenName, flags, rest } = splitStatement(text);
  const heredocs = WITH_HEREDOCS.test(`${text} `) ? readHeredocs(reader, logical.text, first) : [];
  return {
    name: writtenName.toLowerCase(),
    writtenName,
    flags,
    rest,
    text,
    heredocs,
    lines: { first, last: reader.at },
    hasEmptyContinuation: logical.hasEmptyContinuation,
  };
}

/** An instruction's name, its flags and the rest. */
export function splitStatement(text: string): { name: string; flags: readonly string[]; rest: string } {
  const [, name = "", argument = ""] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  return { name, ...takeFlags(argument) };
}

interface LogicalLine {
  readonly text: string;
  readonly hasEmptyContinuation: boolean;
}

function readLogicalLine(reader: Reader): LogicalLine {
  let { text, goesOn } = withoutContinuation(
    withoutComment(reader.lines[reader.at++] ?? ""),
    reader.escapeChar,
  );
  text = text.trimStart();
  let hasEmptyContinuation = false;
  while (goesOn && reader.at < reader.lines.length) {
    const line = reader.lines[reader.at++] ?? "";
    if (/^\s*#/.test(line)) continue;
    if (line.trim() === "") {
      // The end of the file is no line of it.
      hasEmptyContinuation ||= reader.at < reader.lines.length;
      continue;
    }
    const next = withoutContinuation(line, reader.escapeChar);
    text += next.text;
    goesOn = next.goesOn;
  }
  return { text, hasEmptyContinuation };
}

function withoutComment(line: string): string {
  return /^\s*#/.test(line) ? "" : line;
}

/** A line goes on where its last character that is no blank is the escape, unless that is escaped itself. */
function withoutContinuation(line: string, escapeChar: string): { text: string; goesOn: boolean } {
  const trimmed = line.replace(/[ \t]+$/, "");
  const goesOn = trimmed.endsWith(escapeChar) && trimmed.at(-2) !== escapeChar;
  return { text: goesOn ? trimmed.slice(0, -1) : line, goesOn };
}

function readHeredocs(reader: Reader, line: string, first: number): Heredoc[] {
  if (!line.includes("<<")) return [];
  return heredocStarts(line, reader.escapeChar).map((start) => ({
    ...start,
    content: readBody(reader, start, first),
  }));
}

function readBody(reader: Reader, { name, chomp }: HeredocStart, first: number): string {
  let content = "";
  while (reader.at < reader.lines.length) {
    const raw = reader.lines[reader.at++] ?? "";
    const line = chomp ? raw.replace(/^\t+/, "") : raw;
    if (line === name) return content;
    content += `${line}\n`;
  }
  throw new DockerfileError(`unterminated heredoc: no line "${name}" ends it`, { first, last: first });
}
