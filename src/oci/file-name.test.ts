import assert from "node:assert/strict";
import { test } from "node:test";
import { isFileName } from "./file-name.ts";

test("a file's name is one name", () => {
  const names = ["a", "web.container", ".shop.app", "...", "..a", "ü", "a b", "a".repeat(255)];
  assert.deepEqual(
    names.filter((name) => !isFileName(name)),
    [],
  );
});

test("paths, dots, control characters and what is too long are no names", () => {
  const others = [
    "",
    ".",
    "..",
    "a/b",
    "/",
    "../a",
    "a/..",
    "a\nb",
    "a\0",
    "\x1b[2J",
    "\x85",
    "ü".repeat(128),
  ];
  assert.deepEqual(others.filter(isFileName), []);
});
