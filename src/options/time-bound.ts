import { TspodError } from "../errors.ts";
import { parseDuration } from "./duration.ts";

/**
 * A point in time as `--since` and `--until` take it: RFC 3339 (the time and the zone may be left out),
 * seconds since the epoch, or a duration before now. The fraction of a second may stand behind a comma, as
 * date(1) has it. Milliseconds since the epoch.
 * @param now milliseconds since the epoch
 * @throws {TspodError} If it is none of these.
 */
export function parseTimeBound(text: string, now: number): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    // A date alone is midnight here, not in Greenwich as Date.parse() has it.
    const time = Date.parse(
      /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text.replace(/(:\d{2}),/, "$1."),
    );
    if (!Number.isNaN(time)) return time;
  }
  try {
    return now - parseDuration(text) / 1e6;
  } catch {
    throw new TspodError(
      `failed to parse value as time or duration: "${text}": expected RFC 3339 such as 2026-01-31T12:00:00Z, seconds since the epoch, or a duration such as 10m`,
    );
  }
}

/** Parses the value of `--until`: as `--since`, but a duration is one from now on. */
export function parseUntil(text: string, now: number): number {
  const bound = parseTimeBound(text, now);
  return /^(\d{4}-|\d+(\.\d+)?$)/.test(text) ? bound : 2 * now - bound;
}
