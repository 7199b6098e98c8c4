import assert from "node:assert/strict";
import { test } from "node:test";
import { screenWidth } from "./screen-width.ts";

for (const [text, expected] of [
  ["", 0],
  ["sleep 100", 9],
  ["Ünïcödé", 7],
  ["e\u0301", 1],
  ["日本語", 6],
  ["한국", 4],
  ["ｗｉｄｅ", 8],
  ["🚀 go", 5],
  ["…", 1],
  ["a\u200db", 2],
] as const)
  test(`screenWidth(${JSON.stringify(text)})`, () => assert.equal(screenWidth(text), expected));
