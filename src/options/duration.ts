import { TspodError } from "../errors.ts";
import { ownValue } from "../oci/shape.ts";

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const PART = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;

/**
 * Go's durations, `1h30m`, `-1.5s`, `100ms`, in nanoseconds.
 * @throws {TspodError} If `text` is no such duration.
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseDuration(text: string): number {
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0;
  if (body === "") throw new TspodError(`time: invalid duration "${text}"`);
  let total = 0;
  let offset = 0;
  while (offset < body.length) {
    PART.lastIndex = offset;
    const [part, number, unit] = PART.exec(body) ?? [];
    if (part === undefined || unit === undefined) throw new TspodError(`time: invalid duration "${text}"`);
    if (unit === "") throw new TspodError(`time: missing unit in duration "${text}"`);
    const scale = ownValue(NANOSECONDS, unit);
    if (scale === undefined) throw new TspodError(`time: unknown unit "${unit}" in duration "${text}"`);
    total += Number(number) * scale;
    offset += part.length;
  }
  return Math.round(text.startsWith("-") ? -total : total);
}
