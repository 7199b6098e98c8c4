import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { lgetxattr, llistxattr, lsetxattr } from "./xattr.ts";

let root: string;
let file: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), "tspod-xattr-"));
  file = join(root, "file");
  writeFileSync(file, "");
});
after(() => rmSync(root, { recursive: true }));

test("bytes go and come as they are, empty ones too", () => {
  const value = Buffer.from([0, 255, 1, 0]);
  lsetxattr(file, "user.bytes", value);
  lsetxattr(file, "user.empty", Buffer.alloc(0));
  assert.deepEqual(lgetxattr(file, "user.bytes"), value);
  assert.deepEqual(lgetxattr(file, "user.empty"), Buffer.alloc(0));
  assert.deepEqual(
    llistxattr(file)
      .filter((name) => name.startsWith("user."))
      .sort(),
    ["user.bytes", "user.empty"],
  );
});

test("a part of a larger buffer", () => {
  lsetxattr(file, "user.part", Buffer.from("abcdef").subarray(2, 4));
  assert.equal(lgetxattr(file, "user.part").toString(), "cd");
});

test("errors are shaped as Node's", () => {
  assert.throws(() => lgetxattr(file, "user.none"), { code: "ENODATA", syscall: "lgetxattr", path: file });
  assert.throws(() => lsetxattr(join(root, "none"), "user.x", Buffer.alloc(1)), {
    message: `ENOENT: no such file or directory, lsetxattr '${join(root, "none")}'`,
  });
  assert.throws(() => lsetxattr(file, "nonsense.x", Buffer.alloc(1)), { code: "ENOTSUP" });
});
