import assert from "node:assert/strict";
import { test } from "node:test";
import { duplicateKey } from "./duplicate-key.ts";

for (const [text, expected] of [
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', undefined],
  ['{"a":1,"b":{"a":2},"a":3}', "a"],
  ['{"a":1,"\\u0061":2}', "a"],
  ['{"a":"a","b":"{\\"a\\":1,\\"a\\":2}"}', undefined],
  ['[{"x" : 1 , "x":2}]', "x"],
] as const) {
  test(`duplicateKey(${text})`, () => assert.equal(duplicateKey(text), expected));
}
