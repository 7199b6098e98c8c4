import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDetachKeys } from "./detach-keys.ts";

for (const [text, bytes] of [
  ["ctrl-p,ctrl-q", [0x10, 0x11]],
  ["ctrl-a,d", [0x01, 0x64]],
  ["ctrl-@", [0x00]],
  ["ctrl-[", [0x1b]],
  ["ctrl-^,ctrl-_", [0x1e, 0x1f]],
  ["x", [0x78]],
  ["", []],
] as const) {
  test(`parseDetachKeys(): ${text || "nothing"}`, () => assert.deepEqual([...parseDetachKeys(text)], bytes));
}

for (const text of ["ctrl-1", "ab", "ctrl-p,,ctrl-q", "ctrl-"]) {
  test(`parseDetachKeys(): refuses ${text}`, () =>
    assert.throws(() => parseDetachKeys(text), { message: /^invalid detach keys: Unknown character: '/ }));
}
