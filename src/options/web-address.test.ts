import assert from "node:assert/strict";
import { test } from "node:test";
import { isWebAddress } from "./web-address.ts";

for (const [text, expected] of [
  ["http://a/b", true],
  ["https://a", true],
  ["HTTPS://a", true],
  ["https:/a", false],
  ["ftp://a", false],
  ["./https://a", false],
  ["httpx://a", false],
  ["", false],
] as const)
  test(`isWebAddress(${JSON.stringify(text)})`, () => assert.equal(isWebAddress(text), expected));
