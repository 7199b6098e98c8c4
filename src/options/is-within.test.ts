import assert from "node:assert/strict";
import { test } from "node:test";
import { isWithin } from "./is-within.ts";

for (const [path, directory, expected] of [
  ["/a", "/a", true],
  ["/a/b", "/a", true],
  ["/ab", "/a", false],
  ["/a", "/a/b", false],
  ["/a", "/", true],
  ["/", "/", true],
  ["/", "/a", false],
  ["/a/b", "/a/", true],
  ["/a/", "/a", true],
] as const)
  test(`${path} in ${directory}`, () => assert.equal(isWithin(path, directory), expected));
