import assert from "node:assert/strict";
import { test } from "node:test";
import { unitArgument } from "./quote.ts";

for (const [text, expected] of [
  ["plain", "plain"],
  ["", '""'],
  ["two words", '"two words"'],
  ['say "hi"', '"say \\"hi\\""'],
  ["it's", '"it\'s"'],
  [";", '";"'],
  ["a;b", "a;b"],
  ["a\\b", "a\\\\b"],
  ["a \\b", '"a \\\\b"'],
  ["100%", "100%%"],
  ["$HOME", "$$HOME"],
  ["line\nline", '"line\\nline"'],
  ["\x07 bell", '"\\x07 bell"'],
] as const) {
  test(`unitArgument(): ${JSON.stringify(text)}`, () => assert.equal(unitArgument(text), expected));
}

test("unitArgument() leaves specifiers for systemd", () =>
  assert.equal(unitArgument("%t/$X y", { specifiers: true }), '"%t/$X y"'));
