import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePlan } from "./monitor-plan.ts";

test("encodePlan(): records are key, count, arguments, each ended by a NUL", () => {
  assert.equal(
    encodePlan([["id", "abc"], ["stdin"], ["log", "none"]]),
    "id\x001\0abc\0stdin\x000\0log\x001\0none\0",
  );
});

test("encodePlan(): empty and blank arguments keep their place", () => {
  assert.equal(encodePlan([["mount", "", " a b ", ""]]), "mount\x003\0\0 a b \0\0");
});
