import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "./duration.ts";

for (const [text, expected] of [
  ["0", 0],
  ["30s", 30e9],
  ["1h30m", 5400e9],
  ["-1.5s", -1.5e9],
  ["100ms", 1e8],
  [".5m", 30e9],
  ["1us", 1000],
  ["3ns", 3],
] as const) {
  test(`parseDuration("${text}")`, () => assert.equal(parseDuration(text), expected));
}

for (const [text, message] of [
  ["", 'time: invalid duration ""'],
  ["x", 'time: invalid duration "x"'],
  ["5", 'time: missing unit in duration "5"'],
  ["5y", 'time: unknown unit "y" in duration "5y"'],
  ["1s!", 'time: unknown unit "s!" in duration "1s!"'],
] as const) {
  test(`parseDuration("${text}") fails`, () => assert.throws(() => parseDuration(text), { message }));
}
