/** An instant, to the nanosecond, and the zone that it is written in. */
export interface Moment {
  /** Since 1970-01-01T00:00:00Z. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** The zone's short name (`UTC`, `CET`); empty where only the offset is known. */
  readonly zone: string;
}

/** Go's zero time, 0001-01-01T00:00:00Z. */
export const NEVER: Moment = { seconds: -62_135_596_800, nanoseconds: 0, offset: 0, zone: "UTC" };

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** @param text RFC 3339; any other text is Go's zero time */
export function parseMoment(text: string): Moment {
  const [, clock, fraction = "", sign, hours = "0", minutes = "0"] = RFC3339.exec(text) ?? [];
  if (clock === undefined) return NEVER;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60 : 60);
  return {
    seconds: Date.parse(`${clock}Z`) / 1000 - offset,
    nanoseconds: Number(fraction.padEnd(9, "0")),
    offset,
    zone: offset === 0 ? "UTC" : "",
  };
}

export function inUtc(moment: Moment): Moment {
  return { ...moment, offset: 0, zone: "UTC" };
}

/** In the zone that the process's TZ names. */
export function inLocalZone(moment: Moment): Moment {
  const date = new Date(moment.seconds * 1000);
  return { ...moment, offset: -date.getTimezoneOffset() * 60, zone: zoneName(date) };
}

/** `CET`, `EST`: each locale abbreviates the zones of its own part of the world only. */
function zoneName(date: Date): string {
  for (const locale of ["en-US", "en-GB", "en-AU", "en-IN"]) {
    const [, name] = /([A-Z]{3,5})$/.exec(date.toLocaleTimeString(locale, { timeZoneName: "short" })) ?? [];
    if (name !== undefined && name !== "GMT") return name;
  }
  return date.getTimezoneOffset() === 0 ? "GMT" : "";
}

/** A date whose UTC fields are what a clock in the moment's zone shows. */
export function wallClock({ seconds, offset }: Moment): Date {
  return new Date((seconds + offset) * 1000);
}

/** RFC 3339 with as many digits of the second as are needed. */
export function toRfc3339Nano(moment: Moment): string {
  const fraction = moment.nanoseconds === 0 ? "" : `.${nanosecondDigits(moment).replace(/0+$/, "")}`;
  const clock = wallClock(moment).toISOString().slice(0, -5);
  return `${clock}${fraction}${moment.offset === 0 ? "Z" : offsetText(moment, ":")}`;
}

/** The nine digits behind the second's point. */
export function nanosecondDigits({ nanoseconds }: Moment): string {
  return String(nanoseconds).padStart(9, "0");
}

/** `+0100`, or `+01:00` with ":" between. */
export function offsetText({ offset }: Moment, between: string): string {
  const minutes = Math.abs(offset) / 60;
  const digits = (number: number): string => String(Math.floor(number)).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${digits(minutes / 60)}${between}${digits(minutes % 60)}`;
}
