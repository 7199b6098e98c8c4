import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { InUseError } from "../errors.ts";
import { acquireLock, tryLock } from "./file-lock.ts";
import { takeLaunch } from "./launch.ts";
import { writeFileAtomic } from "./write-file-atomic.ts";

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

test("writeFileAtomic(): content, mode, and nothing beside it", () => {
  const path = join(root, "file.json");
  writeFileAtomic(path, "one");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileAtomic(path, Buffer.from("two"), { mode: 0o644 });
  assert.equal(readFileSync(path, "utf8"), "two");
  assert.equal(statSync(path).mode & 0o777, 0o644);
  assert.deepEqual(
    readdirSync(root).filter((name) => name.includes("file.json")),
    ["file.json"],
  );
});

test("writeFileAtomic(): takes over what a killed one left; a failure leaves nothing", () => {
  const path = join(root, "file.json");
  writeFileSync(join(root, `.file.json.${process.pid}.tmp`), "half");
  writeFileAtomic(path, "whole");
  assert.equal(readFileSync(path, "utf8"), "whole");
  assert.throws(() => writeFileAtomic(join(root, "none", "x"), ""), { code: "ENOENT" });
  assert.throws(() => writeFileAtomic(root, ""), { code: /EISDIR|ENOTEMPTY|EEXIST|EBUSY/ });
  assert.deepEqual(
    readdirSync(root).filter((name) => name.endsWith(".tmp")),
    [],
  );
});

test("takeLaunch(): the launcher's variables are read once and gone", () => {
  const env: Record<string, string | undefined> = {
    PATH: "/bin",
    _TSPOD_ARGV0: "docker",
    _TSPOD_RUNTIME_DIR: "/run/user/7/tspod",
    _TSPOD_UID: "7",
    _TSPOD_GID: "8",
    _TSPOD_LIVE_FD: "3",
    _TSPOD_CALLER_MOUNTS: "1",
    _TSPOD_NODE_OPTIONS: "--inspect",
  };
  assert.deepEqual(takeLaunch(env), {
    runtimeDirectory: "/run/user/7/tspod",
    uid: 7,
    gid: 8,
    liveFd: 3,
    joined: true,
    callerMounts: true,
    name: "docker",
  });
  assert.deepEqual(env, { PATH: "/bin", NODE_OPTIONS: "--inspect" });
  assert.equal(takeLaunch({ _TSPOD_NO_USERNS: "1" }).joined, false);
  assert.equal(takeLaunch({}).joined, false);
  assert.equal(takeLaunch({}).callerMounts, false);
});
