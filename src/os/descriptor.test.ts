import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";
import { syncfs } from "./descriptor.ts";

test("syncfs() ends when the file system is written", async () => {
  const fd = openSync("/proc", "r");
  try {
    assert.equal(await syncfs(fd), undefined);
  } finally {
    closeSync(fd);
  }
});

test("syncfs() of no descriptor is EBADF", async () => {
  await assert.rejects(syncfs(-1), { code: "EBADF", syscall: "syncfs" });
});
