/**
 * `Sat Nov 21 13:15:35 UTC 2026`, as date(1) has it. @param zone name of a time zone; absent: the machine's
 */
export function unixDate(time: Date, zone?: string): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    ...(zone !== undefined && zone !== "" && { timeZone: zone }),
    weekday: "short",
    month: "short",
    day: "numeric",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? "";
  const clock = `${part("hour")}:${part("minute")}:${part("second")}`;
  return `${part("weekday")} ${part("month")} ${part("day").padStart(2)} ${clock} ${part("timeZoneName")} ${part("year")}`;
}
