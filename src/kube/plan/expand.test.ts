import assert from "node:assert/strict";
import { test } from "node:test";
import { expand } from "./expand.ts";

const env = new Map([
  ["A", "one"],
  ["B", "$(A)"],
]);

for (const [text, expanded] of [
  ["$(A)", "one"],
  ["x$(A)y$(A)", "xoneyone"],
  ["$(B)", "$(A)"],
  ["$(C)", "$(C)"],
  ["$$(A)", "$(A)"],
  ["$$$(A)", "$one"],
  ["$A $[A]", "$A $[A]"],
  ["$(A", "$(A"],
  ["100$", "100$"],
  ["$()", "$()"],
] as const)
  test(`${text} becomes ${expanded}`, () => assert.equal(expand(text, env), expanded));
