import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseMoment } from "./moment.ts";
import { formatLayout } from "./time-layout.ts";

const MORNING = { ...parseMoment("2026-11-30T11:41:45.617408661+01:00"), zone: "CET" };

/** As podman 5.8.6 prints them. */
const LAYOUTS = [
  ["2006-01-02", "2026-11-30"],
  ["Mon Jan _2 15:04:05.000 MST -0700", "Mon Nov 30 11:41:45.617 CET +0100"],
  ["Monday, 02-Jan-06 15:04:05 MST", "Monday, 30-Nov-26 11:41:45 CET"],
  ["3:04PM", "11:41AM"],
  ["03:4:5 pm .999 ,000", "11:41:45 am .617 ,617"],
  [
    "002 __2 Z07:00 Z0700 Z07 -07:00 -07 -070000 -07:00:00 Z070000",
    "334 334 +01:00 +0100 +01 +01:00 +01 +010000 +01:00:00 +010000",
  ],
  ["January Jan 1 01 2 02 06 2006 Janet Monsoon", "November Nov 11 11 30 30 26 2026 Janet Monsoon"],
  [".000000000 .999999999 05.00 05.99 5.0", ".617408661 .617408661 45.61 45.61 45.6"],
  ["20060102150405", "20261130114145"],
  ["Stamp _2006 2006_01", "Stamp _2026 2026_11"],
] as const;

describe("formatLayout()", () => {
  for (const [layout, expected] of LAYOUTS) {
    test(layout, () => assert.equal(formatLayout(MORNING, layout), expected));
  }
  test("UTC has no offset, a whole second no fraction, midnight is twelve", () => {
    const midnight = parseMoment("2024-02-29T00:00:00Z");
    assert.equal(
      formatLayout(midnight, "2006-01-02T15:04:05.999Z07:00 3:04 pm __2 MST .00"),
      "2024-02-29T00:00:00Z 12:00 am  60 UTC .00",
    );
  });
});
