import assert from "node:assert/strict";
import { mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { InUseError } from "../errors.ts";
import { acquireLock, tryLock } from "./file-lock.ts";

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), "tspod-lock-"));
});
after(() => rmSync(root, { recursive: true }));

test("a lock is held by one, shared by many, and free afterwards", () => {
  const path = join(root, "a.lock");
  {
    using held = tryLock(path);
    assert.ok(held);
    assert.equal(tryLock(path), undefined);
    assert.equal(tryLock(path, { shared: true }), undefined);
  }
  using first = tryLock(path, { shared: true });
  using second = tryLock(path, { shared: true });
  assert.ok(first && second);
  assert.equal(tryLock(path), undefined);
});

test("acquireLock() waits for the lock, with timers going on", async () => {
  const path = join(root, "b.lock");
  const held = tryLock(path);
  setTimeout(() => held?.[Symbol.dispose](), 30);
  const start = performance.now();
  using lock = await acquireLock(path);
  assert.ok(lock);
  assert.ok(performance.now() - start >= 25);
});

test("acquireLock() gives up after its time", async () => {
  const path = join(root, "c.lock");
  using held = tryLock(path);
  assert.ok(held);
  await assert.rejects(acquireLock(path, { timeoutMs: 10 }), InUseError);
});

test("releasing twice does not close someone else's descriptor", () => {
  const lock = tryLock(join(root, "d.lock"));
  lock?.[Symbol.dispose]();
  using other = tryLock(join(root, "e.lock")); // takes the number that has become free
  lock?.[Symbol.dispose]();
  assert.ok(other);
  assert.equal(tryLock(join(root, "e.lock")), undefined);
});

test("a lock whose file was removed and made anew is a new lock", () => {
  const path = join(root, "f.lock");
  using old = tryLock(path);
  assert.ok(old);
  unlinkSync(path);
  using fresh = tryLock(path);
  assert.ok(fresh);
});
