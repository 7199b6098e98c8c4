import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBoolean } from "./boolean.ts";

for (const [texts, expected] of [
  [["1", "t", "T", "true", "TRUE", "True"], true],
  [["0", "f", "F", "false", "FALSE", "False"], false],
  [["", "tRUE", "fALSE", "yes", "01", " true", "true\n"], undefined],
] as const)
  test(`texts that are ${expected ?? "neither true nor false"}`, () => {
    assert.deepEqual(
      texts.map(parseBoolean),
      texts.map(() => expected),
    );
  });
