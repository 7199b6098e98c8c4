import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRootfs } from "./rootfs.ts";

test("a directory, from the working directory on, and its overlay", () => {
  assert.deepEqual(parseRootfs("/a", "/cwd"), { kind: "rootfs", path: "/a" });
  assert.deepEqual(parseRootfs("a/../b:O", "/cwd"), { kind: "rootfs", path: "/cwd/b", overlay: true });
  assert.deepEqual(parseRootfs("a:Oops", "/cwd"), { kind: "rootfs", path: "/cwd/a:Oops" });
});

test("what can't be had is refused", () => {
  assert.throws(() => parseRootfs("/a:idmap", "/"), /^TspodError: --rootfs \/a:idmap is not supported: /);
  assert.throws(() => parseRootfs("/a:idmap=uids=0-1-1", "/"), /not supported/);
  for (const text of ["", ":O"])
    assert.throws(() => parseRootfs(text, "/"), /must set root filesystem source/);
});
