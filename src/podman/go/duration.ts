import { formatDuration } from "../../options/format-duration.ts";
import { printedAs, withJson } from "./value.ts";

/**
 * A time.Duration for a template: `30s`, a number of nanoseconds in JSON, and empty for `{{if}}` where it is
 * 0.
 * @param nanoseconds as Go counts durations
 */
export function goDuration(nanoseconds: number): object {
  // The template engine takes an object without fields for an empty value.
  const methods = { Nanoseconds: nanoseconds, Seconds: nanoseconds / 1e9, Minutes: nanoseconds / 60e9 };
  return withJson(printedAs(nanoseconds === 0 ? {} : methods, formatDuration(nanoseconds)), nanoseconds);
}
