import { TspodError } from "../../errors.ts";
import { goDuration } from "./duration.ts";
import { inLocalZone, inUtc, type Moment, NEVER, parseMoment, toRfc3339Nano, wallClock } from "./moment.ts";
import { dayOf, dayOfYear, formatLayout, monthOf } from "./time-layout.ts";
import { formatGoTime, printedAs, withJson } from "./value.ts";

/*
 * Only loaded with a `--format` template: what Go's time.Time answers there.
 */

/** Where a value keeps the moment that its methods speak of. */
const MOMENT = Symbol("moment");

/**
 * A time.Time for a template: its methods without arguments are fields, the others functions.
 * @param text RFC 3339; undefined is Go's zero time
 * @see https://pkg.go.dev/time#Time
 */
export function goTimeWithMethods(text: string | undefined): object {
  return timeOf(text === undefined ? NEVER : parseMoment(text));
}

function timeOf(moment: Moment): object {
  const wall = wallClock(moment);
  const rfc3339 = toRfc3339Nano(moment);
  const value = {
    [MOMENT]: moment,
    Year: wall.getUTCFullYear(),
    Month: monthOf(wall),
    Day: wall.getUTCDate(),
    Hour: wall.getUTCHours(),
    Minute: wall.getUTCMinutes(),
    Second: wall.getUTCSeconds(),
    Nanosecond: moment.nanoseconds,
    Weekday: dayOf(wall),
    YearDay: dayOfYear(wall),
    ...unixFields(moment),
    IsZero: compare(moment, NEVER) === 0,
    Location: moment.zone || "Local",
    get UTC() {
      return timeOf(inUtc(moment));
    },
    get Local() {
      return timeOf(inLocalZone(moment));
    },
    ...methodsOf(moment),
  };
  return withJson(printedAs(value, formatGoTime(rfc3339)), rfc3339);
}

/** A UnixNano is beyond 2^53: a bigint keeps all its digits. */
function unixFields(moment: Moment) {
  const total = BigInt(moment.seconds) * 1_000_000_000n + BigInt(moment.nanoseconds);
  return {
    Unix: moment.seconds,
    UnixMilli: Math.floor(Number(total / 1_000_000n)),
    UnixMicro: Math.floor(Number(total / 1000n)),
    UnixNano: total,
  };
}

/** The methods that take arguments. `call` is put before them, see template-methods.ts. */
function methodsOf(moment: Moment) {
  return {
    Format: (layout: unknown) => formatLayout(moment, String(layout)),
    AppendFormat: (before: unknown, layout: unknown) => String(before) + formatLayout(moment, String(layout)),
    Before: (other: unknown) => compare(moment, momentOf(other)) < 0,
    After: (other: unknown) => compare(moment, momentOf(other)) > 0,
    Equal: (other: unknown) => compare(moment, momentOf(other)) === 0,
    Compare: (other: unknown) => Math.sign(compare(moment, momentOf(other))),
    Sub: (other: unknown) => goDuration(nanosecondsBetween(momentOf(other), moment)),
    AddDate: (years: unknown, months: unknown, days: unknown) =>
      timeOf(addDate(moment, Number(years), Number(months), Number(days))),
  };
}

function momentOf(value: unknown): Moment {
  if (typeof value === "object" && value !== null && MOMENT in value) return value[MOMENT] as Moment;
  throw new TspodError(`wrong type for value; expected time.Time; got ${typeof value}`);
}

function compare(a: Moment, b: Moment): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

function nanosecondsBetween(from: Moment, to: Moment): number {
  return (to.seconds - from.seconds) * 1e9 + (to.nanoseconds - from.nanoseconds);
}

/** As Go: 31 January and a month is 3 March (or 2 March in a leap year). */
function addDate(moment: Moment, years: number, months: number, days: number): Moment {
  const wall = wallClock(moment);
  wall.setUTCFullYear(wall.getUTCFullYear() + years, wall.getUTCMonth() + months, wall.getUTCDate() + days);
  return { ...moment, seconds: wall.getTime() / 1000 - moment.offset };
}
