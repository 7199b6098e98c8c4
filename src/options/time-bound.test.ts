import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTimeBound, parseUntil } from "./time-bound.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");

for (const [text, expected] of [
  ["1700000000", 1_700_000_000_000],
  ["1700000000.5", 1_700_000_000_500],
  ["2026-01-31T11:00:00Z", NOW - 3_600_000],
  ["2026-01-31T12:00:00+01:00", NOW - 3_600_000],
  ["10m", NOW - 600_000],
  ["1h30m", NOW - 5_400_000],
] as const) {
  test(`parseTimeBound(): ${text}`, () => assert.equal(parseTimeBound(text, NOW), expected));
}

for (const [text, expected] of [
  ["1700000000", 1_700_000_000_000],
  ["2026-01-31T11:00:00Z", NOW - 3_600_000],
  ["10m", NOW + 600_000],
] as const) {
  test(`parseUntil(): ${text}`, () => assert.equal(parseUntil(text, NOW), expected));
}

for (const text of ["yesterday", "", "2026-13-01T00:00:00Z"]) {
  test(`parseTimeBound(): refuses "${text}"`, () =>
    assert.throws(() => parseTimeBound(text, NOW), {
      message: new RegExp(`^failed to parse value as time or duration: "${text}"`),
    }));
}
