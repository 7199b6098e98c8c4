import { TspodError } from "../../errors.ts";

/** One `Key=Value`, continuation lines joined. */
export interface UnitLine {
  readonly key: string;
  readonly value: string;
  /** Where it stands: the unit's file, or a drop-in. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** A unit, or a drop-in: its sections with their lines, in the file's order. */
export interface UnitFile {
  /** Absolute. */
  readonly path: string;
  readonly sections: ReadonlyMap<string, readonly UnitLine[]>;
}

const SECTION = /^\[([^[\]\p{Cc}]+)\]$/u;
const KEY_VALUE = /^([A-Za-z0-9-]+)\s*=\s*(.*)$/s;

/**
 * Read a unit: sections, `Key=Value`, comments, a backslash that continues a line.
 * @throws {TspodError} With file and line, if a line is none of these, stands before the first section, or
 *   has a control character: what is generated of it is a line again.
 * @see systemd.syntax(7)
 */
export function parseUnit(text: string, path: string): UnitFile {
  const sections = new Map<string, UnitLine[]>();
  let current: UnitLine[] | undefined;
  for (const { line, content } of logicalLines(text)) {
    if (/[^\P{Cc}\t]/u.test(content)) throw unitError({ path, line }, "a control character stands there");
    const [, section] = SECTION.exec(content) ?? [];
    if (section !== undefined) {
      current = sections.get(section) ?? [];
      sections.set(section, current);
      continue;
    }
    const [, key, value = ""] = KEY_VALUE.exec(content) ?? [];
    if (key === undefined)
      throw unitError({ path, line }, `"${content}" is no section, "Key=Value" or comment`);
    if (current === undefined) throw unitError({ path, line }, `${key}= stands before the first section`);
    current.push({ key, value, path, line });
  }
  return { path, sections };
}

/** The unit with a drop-in's lines after its own. */
export function mergeUnit(unit: UnitFile, dropIn: UnitFile): UnitFile {
  const sections = new Map(unit.sections);
  for (const [name, lines] of dropIn.sections) sections.set(name, [...(sections.get(name) ?? []), ...lines]);
  return { ...unit, sections };
}

/** An error of a unit, with the place to look at. */
export class UnitError extends TspodError {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** What is wrong there. */
  readonly complaint: string;

  constructor({ path, line }: Pick<UnitLine, "path" | "line">, complaint: string) {
    super(`${path}:${line}: ${complaint}`);
    this.path = path;
    this.line = line;
    this.complaint = complaint;
  }
}

export function unitError(place: Pick<UnitLine, "path" | "line">, message: string): UnitError {
  return new UnitError(place, message);
}

/**
 * Lines with what they say, those that a backslash continues joined by a blank. Comments inside of them don't
 * count.
 */
function logicalLines(text: string): { line: number; content: string }[] {
  const found: { line: number; content: string }[] = [];
  let open: { line: number; content: string } | undefined;
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const content = raw.trim();
    if (/^[#;]/.test(content) || (content === "" && open === undefined)) continue;
    const continues = content.endsWith("\\");
    const part = continues ? content.slice(0, -1).trimEnd() : content;
    open =
      open === undefined ? { line: at + 1, content: part } : { ...open, content: `${open.content} ${part}` };
    if (continues) continue;
    found.push(open);
    open = undefined;
  }
  if (open !== undefined) found.push(open);
  return found;
}
