import { TspodError } from "../../errors.ts";
import { S_IFDIR, S_IFMT } from "../../os/at.ts";

/** What a file's mode becomes: from its type and permissions, its permissions. */
export type ChangeMode = (mode: number) => number;

const BITS = { r: 0o4, w: 0o2, x: 0o1 } as const;
const SHIFTS = { u: 6, g: 3, o: 0 } as const;

/**
 * A `--chmod`: octal digits, or words as chmod(1) has them.
 * @throws {TspodError} If it is neither.
 */
export function parseChangeMode(text: string): ChangeMode {
  if (/^[0-7]{1,4}$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    return () => mode;
  }
  const clauses = text.split(",").map((clause) => parseClause(clause, text));
  return (mode) => clauses.reduce((bits, clause) => clause(bits, mode), mode & 0o7777);
}

type Clause = (bits: number, mode: number) => number;

function parseClause(clause: string, whole: string): Clause {
  const [, who = "", actions = ""] = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause) ?? [];
  if (actions === "") {
    throw new TspodError(
      `invalid chmod parameter: '${whole}'. it should be octal string and between 0 and 07777, or like u=rwX,go=rX`,
    );
  }
  const classes = who === "" || who.includes("a") ? "ugo" : who;
  const steps = [...actions.matchAll(/([-+=])([rwxXst]*|[ugo])(?=[-+=]|$)/g)];
  return (bits, mode) =>
    steps.reduce((now, [, operator = "", what = ""]) => apply(now, mode, { classes, operator, what }), bits);
}

function apply(
  bits: number,
  mode: number,
  { classes, operator, what }: { classes: string; operator: string; what: string },
): number {
  const given = wantedBits(bits, mode, { classes, what });
  if (operator === "+") return bits | given;
  if (operator === "-") return bits & ~given;
  return (bits & ~maskOf(classes)) | given;
}

function maskOf(classes: string): number {
  let mask = 0;
  for (const name of classes) {
    mask |= 0o7 << shiftOf(name);
    if (name === "u") mask |= 0o4000;
    if (name === "g") mask |= 0o2000;
  }
  return mask;
}

function shiftOf(name: string): number {
  return name === "u" || name === "g" || name === "o" ? SHIFTS[name] : 0;
}

function wantedBits(
  bits: number,
  mode: number,
  { classes, what }: { classes: string; what: string },
): number {
  const isExecutable = (mode & S_IFMT) === S_IFDIR || (bits & 0o111) !== 0;
  let each = /^[ugo]$/.test(what) ? (bits >> shiftOf(what)) & 0o7 : 0;
  for (const letter of what) {
    if (letter === "r" || letter === "w" || letter === "x") each |= BITS[letter];
    if (letter === "X" && isExecutable) each |= BITS.x;
  }
  let wanted = 0;
  for (const name of classes) wanted |= each << shiftOf(name);
  if (what.includes("s"))
    wanted |= (classes.includes("u") ? 0o4000 : 0) | (classes.includes("g") ? 0o2000 : 0);
  return what.includes("t") ? wanted | 0o1000 : wanted;
}
