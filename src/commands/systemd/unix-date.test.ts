import assert from "node:assert/strict";
import { test } from "node:test";
import { unixDate } from "./unix-date.ts";

for (const [time, zone, expected] of [
  ["2026-11-21T13:15:35Z", "UTC", "Sat Nov 21 13:15:35 UTC 2026"],
  ["2026-11-01T00:05:09Z", "UTC", "Sun Nov  1 00:05:09 UTC 2026"],
  ["2026-07-01T12:00:00Z", "America/New_York", "Wed Jul  1 08:00:00 EDT 2026"],
] as const) {
  test(`unixDate(): ${time} in ${zone}`, () => assert.equal(unixDate(new Date(time), zone), expected));
}
