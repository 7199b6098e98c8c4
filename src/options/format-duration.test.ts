import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "./format-duration.ts";

for (const [nanoseconds, expected] of [
  [0, "0s"],
  [1, "1ns"],
  [1500, "1.5µs"],
  [914_524_530, "914.52453ms"],
  [1e9, "1s"],
  [2_640_598_522, "2.640598522s"],
  [60e9, "1m0s"],
  [3_661e9, "1h1m1s"],
  [3_600e9 + 5e8, "1h0m0.5s"],
  [-1e6, "-1ms"],
] as const)
  test(`formatDuration(${nanoseconds})`, () => assert.equal(formatDuration(nanoseconds), expected));
