import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCopyPath } from "./copy-path.ts";

for (const [text, expected] of [
  ["web:/etc", { container: "web", path: "/etc" }],
  ["web:a:b", { container: "web", path: "a:b" }],
  ["web:", { container: "web", path: "" }],
  ["file", { path: "file" }],
  ["./a:b", { path: "./a:b" }],
  ["/a:b", { path: "/a:b" }],
  ["-", { path: "-" }],
] as const)
  test(`parseCopyPath(${text})`, () => assert.deepEqual(parseCopyPath(text), expected));
