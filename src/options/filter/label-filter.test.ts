import assert from "node:assert/strict";
import { test } from "node:test";
import { entryTest, labelTest } from "./label-filter.ts";

const LABELS = { "org.example/part": "db", toy: "x", empty: "" };

/** What is asked → whether labels fit, and whether options do. */
const ASKED: readonly (readonly [text: string, label: boolean, entry: boolean])[] = [
  ["toy", true, true],
  ["toy=x", true, true],
  ["toy=", true, true],
  ["toy=y", false, false],
  ["toy=*", false, false],
  ["empty", true, true],
  ["empty=x", false, false],
  ["", false, false],
  ["=x", false, false],
  ["t?y", false, false],
  ["[t]oy", false, false],
  ["t*", true, false],
  ["[t]*", true, false],
  ["[^t]*", true, false],
  ["[u-z]*", false, false],
  ["t*=x", true, false],
  ["t*=", true, false],
  ["t*=y", false, false],
  ["org.*", true, false],
  ["*/part=db", true, false],
  ["*", true, false],
  ["[*", false, false],
  ["toString", false, false],
  ["constructor=", false, false],
  ["__proto__", false, false],
];

for (const [text, label, entry] of ASKED)
  test(`--filter label=${text}`, () => {
    assert.equal(labelTest(text)(LABELS), label);
    assert.equal(entryTest(text)(LABELS), entry);
  });

test("a label with the name of a malformed pattern", () => {
  assert.equal(labelTest("[*")({ "[*": "" }), true);
});
