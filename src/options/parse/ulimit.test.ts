import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUlimit } from "./ulimit.ts";

for (const [text, type, soft, hard] of [
  ["nofile=100:200", "RLIMIT_NOFILE", 100, 200],
  ["nofile=100", "RLIMIT_NOFILE", 100, 100],
  ["core=-1:-1", "RLIMIT_CORE", -1, -1],
  ["stack=5:-1", "RLIMIT_STACK", 5, -1],
] as const) {
  test(`parseUlimit("${text}")`, () => assert.deepEqual(parseUlimit(text), { type, soft, hard }));
}

for (const [text, reason] of [
  ["foo=1", "invalid ulimit type: foo"],
  ["nofile", "invalid ulimit argument: nofile"],
  [
    "core=-1:1000",
    "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: 1000",
  ],
  ["nofile=2:1", "ulimit soft limit must be less than or equal to hard limit: 2 > 1"],
  ["nofile=abc", 'strconv.ParseInt: parsing "abc": invalid syntax'],
  ["nofile=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`"],
] as const) {
  test(`parseUlimit("${text}") fails`, () => {
    const message = `ulimit option "${text}" requires name=SOFT:HARD, failed to be parsed: ${reason}`;
    assert.throws(() => parseUlimit(text), { message });
  });
}
