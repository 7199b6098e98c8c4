import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePlan } from "./monitor-plan.ts";

test("encodePlan(): its length, then records: key, count, arguments, each ended by a NUL", () => {
  assert.equal(
    encodePlan([["id", "abc"], ["stdin"], ["log", "none"]]),
    "28\0id\x001\0abc\0stdin\x000\0log\x001\0none\0",
  );
});

test("encodePlan(): empty and blank arguments keep their place", () => {
  assert.equal(encodePlan([["mount", "", " a b ", ""]]), "16\0mount\x003\0\0 a b \0\0");
});

test("encodePlan(): the length counts bytes", () => {
  assert.equal(encodePlan([["id", "ü"]]), "8\0id\x001\0ü\0");
});
