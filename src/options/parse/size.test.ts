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

for (const [text, message] of [
  ["", "invalid size: ''"],
  ["x", "invalid size: 'x'"],
  ["-1", "invalid size: '-1'"],
  ["1x", "invalid suffix: 'x'"],
  ["1kibb", "invalid suffix: 'kibb'"],
  ["1M b", "invalid suffix: 'm b'"],
  ["1bb", "invalid suffix: 'bb'"],
  ["1 m m", "invalid suffix: 'm m'"],
] as const) {
  test(`parseSize("${text}") fails`, () => assert.throws(() => parseSize(text), { message }));
}
