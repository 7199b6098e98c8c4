import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseMapping } from "./parse-mapping.ts";

/** Grows ninefold with each line. */
const BOMB = ["a0: &a0 {x: y}"]
  .concat(
    Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} {${Array.from("abcdefghi", (k) => `${k}: *a${i}`).join(", ")}}`,
    ),
  )
  .join("\n");

describe("parseMapping()", () => {
  for (const [name, text, expected] of [
    ["nothing", "# only a comment\n\n---\n", {}],
    [
      "Debian's own file",
      "default-docker:\n#  lookaside: x\n  lookaside-staging: file:///s # why\n",
      { "default-docker": { "lookaside-staging": "file:///s" } },
    ],
    [
      "quotes, and a port in a key",
      "docker:\n  \"a.b:5000/c\":\n    lookaside: 'it''s'\n  d:5:\n    x: \"y\"\n",
      { docker: { "a.b:5000/c": { lookaside: "it's" }, "d:5": { x: "y" } } },
    ],
    ["a hash inside a text is no comment", "a: file:///x#y\n", { a: "file:///x#y" }],
    ["what is nothing is an empty text", "a:\nb: c\n", { a: "", b: "c" }],
    [
      "all in one line",
      'docker: {a.b/c: {lookaside: "file:///s"}}',
      { docker: { "a.b/c": { lookaside: "file:///s" } } },
    ],
    ["a text stays a text", "a: true\nb: 1\nc: null\n", { a: "true", b: "1", c: "null" }],
    ["the same twice by an alias", "a: &x {b: c}\nd: *x\n", { a: { b: "c" }, d: { b: "c" } }],
  ] as const) {
    test(name, async () => assert.deepEqual(await parseMapping(text, "f"), expected));
  }

  for (const [name, text, error] of [
    ["a list", "a:\n  - b\n", /^parsing f: "a" must be a mapping or a text$/],
    ["a text alone", "a\n", /^parsing f: this must be a mapping or a text$/],
    ["twice the same key", "a: b\na: c\n", /^parsing f:2: Map keys must be unique$/],
    ["uneven indentation", "a:\n    b: c\n  d: e\n", /^parsing f:3: /],
    ["tabs", "a:\n\tb: c\n", /^parsing f:2: /],
    ["an unknown alias", "a: *b\n", /^parsing f/],
    ["a mapping that grows without end", BOMB, /^parsing f$/],
  ] as const) {
    test(`refused: ${name}`, async () =>
      assert.rejects(parseMapping(text, "f"), { name: "TspodError", message: error }));
  }
});
