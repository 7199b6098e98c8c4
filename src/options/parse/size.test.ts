import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSize } from "./size.ts";

for (const [text, expected] of [
  ["10", 10],
  ["64m", 67108864],
  ["1G", 1073741824],
  ["1.5k", 1536],
  ["65536k", 67108864],
  ["10 KiB", 10240],
  ["7b", 7],
] as const) {
  test(`parseSize("${text}")`, () => assert.equal(parseSize(text), expected));
}

for (const text of ["", "x", "-1", "1x", "1.m", "1 m m"]) {
  test(`parseSize("${text}") fails`, () =>
    assert.throws(() => parseSize(text), { message: `invalid size: '${text}'` }));
}
