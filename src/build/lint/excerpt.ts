import type { LineRange } from "../parse/dockerfile-error.ts";

const AROUND = 2;
const RULE = "--------------------";

/** Lines of a Dockerfile with those around them, numbered, and marks at those that are meant. */
export function excerpt(text: string, { first, last }: LineRange, name: string): string[] {
  const all = text.split(/\r?\n/);
  const from = Math.max(1, first - AROUND);
  const to = Math.min(all.length, last + AROUND);
  const width = Math.max(4, String(to).length);
  const lines = all.slice(from - 1, to).map((line, index) => {
    const number = from + index;
    const mark = number >= first && number <= last ? ">>>" : "   ";
    return `${String(number).padStart(width)} | ${mark} ${line}`.trimEnd();
  });
  return [`${name}:${first}`, RULE, ...lines, RULE];
}
