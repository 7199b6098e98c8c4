import assert from "node:assert/strict";
import { test } from "node:test";
import { argumentsOf, encodePlan, namedRecord } from "./plan.ts";

test("encodePlan(): its length, then records: key, count, arguments, each ended by a NUL", () => {
  assert.equal(
    encodePlan([["id", "abc"], ["stdin"], ["log", "none"]]),
    "28\0id\x001\0abc\0stdin\x000\0log\x001\0none\0",
  );
});

test("encodePlan(): empty and blank arguments keep their place", () => {
  assert.equal(encodePlan([["prepare", "", " a b ", ""]]), "18\0prepare\x003\0\0 a b \0\0");
});

test("encodePlan(): the length counts bytes", () => {
  assert.equal(encodePlan([["id", "ü"]]), "8\0id\x001\0ü\0");
});

test("namedRecord(): arguments by name get the table's order", () => {
  const values = { cwd: "/c", source: "", target: "/t", data: "d", flags: 4096, fstype: "tmpfs" };
  assert.deepEqual(namedRecord("mount", values), ["mount", "", "/t", "tmpfs", "4096", "d", "/c"]);
});

test("argumentsOf(): of every record with the key, in their order", () => {
  const records = [["prepare", "a", "b"], ["stdin"], ["prepare", "c"]] as const;
  assert.deepEqual(argumentsOf(records, "prepare"), [["a", "b"], ["c"]]);
  assert.deepEqual(argumentsOf(records, "stdin"), [[]]);
  assert.deepEqual(argumentsOf(records, "hold"), []);
});
