import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkline } from "./sparkline.ts";

for (const [values, most, expected] of [
  [[], 100, ""],
  [[0, 50, 100], 100, "▁▅█"],
  [[0, 12.4, 12.6, 99], 100, "▁▁▂█"],
  [[100, 400], 100, "▃█"],
] as const)
  test(`sparkline(${JSON.stringify(values)}, ${most})`, () =>
    assert.equal(sparkline(values, most), expected));
