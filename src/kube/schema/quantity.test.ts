import assert from "node:assert/strict";
import { test } from "node:test";
import { isQuantity, quantityBytes, quantityValue } from "./quantity.ts";

for (const [text, value] of [
  ["0", 0],
  ["2", 2],
  ["0.5", 0.5],
  [".5", 0.5],
  ["500m", 0.5],
  ["100u", 0.0001],
  ["5n", 5e-9],
  ["1k", 1000],
  ["1M", 1e6],
  ["2G", 2e9],
  ["1T", 1e12],
  ["1P", 1e15],
  ["1E", 1e18],
  ["1Ki", 1024],
  ["64Mi", 64 * 1024 ** 2],
  ["1.5Gi", 1.5 * 1024 ** 3],
  ["1Ti", 1024 ** 4],
  ["1Pi", 1024 ** 5],
  ["1Ei", 1024 ** 6],
  ["1e3", 1000],
  ["12E2", 1200],
  ["+1", 1],
  ["-1", -1],
] as const)
  test(`${text} is ${value}`, () => {
    assert.ok(isQuantity(text));
    assert.equal(quantityValue(text), value);
  });

for (const text of ["", "Mi", "1 Mi", "1mi", "1K", "1MB", "0x10", "1e", "one", "1.2.3", "1Mi2"])
  test(`"${text}" is none`, () => {
    assert.equal(isQuantity(text), false);
    assert.ok(Number.isNaN(quantityValue(text)));
  });

test("a part of a byte is one", () => {
  assert.equal(quantityBytes("100m"), 1);
  assert.equal(quantityBytes(1.5), 2);
});
