import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";
import { isTerminal } from "./is-terminal.ts";

for (const path of ["/dev/null", "/dev/zero", import.meta.filename, import.meta.dirname])
  test(`isTerminal(): ${path.slice(0, 9)}… is none`, () => {
    const fd = openSync(path, "r");
    assert.equal(isTerminal(fd), false);
    closeSync(fd);
  });

test("isTerminal(): a descriptor that is closed is none", () => assert.equal(isTerminal(999), false));

test("isTerminal(): a pty is one", () => {
  const fd = openSync("/dev/ptmx", "r+");
  assert.equal(isTerminal(fd), true);
  closeSync(fd);
});
