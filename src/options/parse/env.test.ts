import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEnvEntry, parseEnvFile } from "./env.ts";

const HOST = { HOME: "/h", LC_ALL: "C", LC_TIME: "de", EMPTY: "", GONE: undefined };

for (const [text, expected] of [
  ["A=b=c", [["A", "b=c"]]],
  ["A=", [["A", ""]]],
  ["HOME", [["HOME", "/h"]]],
  ["GONE", []],
  ["EMPTY", [["EMPTY", ""]]],
  [
    "LC_*",
    [
      ["LC_ALL", "C"],
      ["LC_TIME", "de"],
    ],
  ],
  ["", []],
] as const) {
  test(`parseEnvEntry("${text}")`, () => assert.deepEqual(parseEnvEntry(text, HOST), expected));
}

test("parseEnvEntry() wants a name", () => {
  assert.throws(() => parseEnvEntry("=x", HOST), { message: 'invalid variable: "=x"' });
});

test("parseEnvFile() takes lines as they are", () => {
  const text = '# comment\n\n  A="q # no comment"\r\nHOME\nGONE\nB=$A\n';
  assert.deepEqual(parseEnvFile(text, HOST), [
    ["A", '"q # no comment"'],
    ["HOME", "/h"],
    ["B", "$A"],
  ]);
});
