import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseBlockMapping } from "./block-mapping.ts";

describe("parseBlockMapping()", () => {
  for (const [name, text, expected] of [
    ["nothing", "# only a comment\n\n---\n", {}],
    [
      "Debian's own file",
      "default-docker:\n#  lookaside: x\n  lookaside-staging: file:///s # why\n",
      {
        "default-docker": { "lookaside-staging": "file:///s" },
      },
    ],
    [
      "quotes, and a port in a key",
      "docker:\n  \"a.b:5000/c\":\n    lookaside: 'it''s'\n  d:5:\n    x: \"y\"\n",
      {
        docker: { "a.b:5000/c": { lookaside: "it's" }, "d:5": { x: "y" } },
      },
    ],
    ["a hash inside a text is no comment", "a: file:///x#y\n", { a: "file:///x#y" }],
    ["a mapping without entries", "a:\nb: c\n", { a: {}, b: "c" }],
  ] as const) {
    test(name, () => assert.deepEqual(parseBlockMapping(text, "f"), expected));
  }

  for (const [name, text, error] of [
    ["a list", "a:\n  - b\n", /^parsing f:2: expected/],
    ["a flow list", "a: [b]\n", /^parsing f:1: "\[b\]" is not/],
    ["an anchor", "a: &x b\n", /^parsing f:1: /],
    ["twice the same key", "a: b\na: c\n", /^parsing f:2: "a" stands here twice$/],
    ["uneven indentation", "a:\n    b: c\n  d: e\n", /^parsing f:3: this is indented otherwise/],
    ["tabs", "a:\n\tb: c\n", /^parsing f:2: /],
  ] as const) {
    test(`refused: ${name}`, () => assert.throws(() => parseBlockMapping(text, "f"), { message: error }));
  }
});
