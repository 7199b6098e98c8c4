import { TspodError } from "../errors.ts";
import { ownValue } from "./shape.ts";

/** Linux's signals on x86 and ARM; numbers differ on MIPS only. @see signal(7) */
const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
};
const ALIASES: Readonly<Record<string, number>> = { IOT: 6, CLD: 17, POLL: 29 };

const RT_MIN = 34;
const RT_MAX = 64;
const LAST = 64;

export interface Signal {
  /** With SIG; real-time signals are counted from the nearer end: SIGRTMIN+3, SIGRTMAX-2. */
  readonly name: string;
  readonly number: number;
}

/** The names of all signals that have one, by their numbers: `SIGHUP`, … */
export function signalNames(): string[] {
  return Object.keys(NUMBERS).map((name) => `SIG${name}`);
}

/**
 * `KILL`, `sigkill`, `9`, `RTMIN+3`; as kill(1) has them, with a dash before.
 * @throws {TspodError} If there is no such signal.
 */
export function parseSignal(dashed: string): Signal {
  const text = dashed.replace(/^-/, "");
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number === 0) throw new TspodError("invalid signal: 0");
    if (number > LAST) throw new TspodError(`valid signals are 1 through ${LAST}`);
    return { name: signalName(number), number };
  }
  const number = numberOf(text.toUpperCase().replace(/^SIG/, ""));
  if (number === undefined) throw new TspodError(`invalid signal: ${text}`);
  return { name: signalName(number), number };
}

/** `SIGKILL` for 9. */
export function signalName(number: number): string {
  const named = Object.entries(NUMBERS).find(([, value]) => value === number)?.[0];
  if (named !== undefined) return `SIG${named}`;
  if (number < RT_MIN) return `SIG${number}`;
  if (number === RT_MIN || number === RT_MAX) return number === RT_MIN ? "SIGRTMIN" : "SIGRTMAX";
  // As glibc and Go: up to the middle from below, then from above.
  return number <= (RT_MIN + RT_MAX) / 2 ? `SIGRTMIN+${number - RT_MIN}` : `SIGRTMAX-${RT_MAX - number}`;
}

function numberOf(name: string): number | undefined {
  const known = ownValue(NUMBERS, name) ?? ownValue(ALIASES, name);
  if (known !== undefined) return known;
  const [, base, offset = "0"] = /^RT(MIN|MAX)(?:[+-](\d+))?$/.exec(name) ?? [];
  if (base === undefined) return undefined;
  const number = base === "MIN" ? RT_MIN + Number(offset) : RT_MAX - Number(offset);
  return number >= RT_MIN && number <= RT_MAX ? number : undefined;
}
