import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeDirectories } from "./make-directories.ts";

const root = mkdtempSync(join(tmpdir(), "make-directories-"));
after(() => rmSync(root, { recursive: true }));

test("makeDirectories() makes all that are missing, with the mode asked for", () => {
  makeDirectories(join(root, "a/b/c"), 0o700);
  for (const path of ["a", "a/b", "a/b/c"]) assert.equal(statSync(join(root, path)).mode & 0o777, 0o700);
});

test("makeDirectories() takes what is there, also behind a link", () => {
  mkdirSync(join(root, "real"));
  symlinkSync("real", join(root, "link"));
  for (const path of ["/", root, join(root, "link")]) makeDirectories(path);
  makeDirectories(join(root, "link/below"));
  assert.ok(statSync(join(root, "real/below")).isDirectory());
});

test("makeDirectories() fails where there can be no directory", () => {
  writeFileSync(join(root, "file"), "");
  symlinkSync("nowhere", join(root, "dangling"));
  for (const [path, code] of [
    ["/proc/no-such", "ENOENT"], // where Node's own never ends
    ["/proc/no-such/below", "ENOENT"],
    [join(root, "file"), "EEXIST"],
    [join(root, "file/below"), "ENOTDIR"],
    [join(root, "dangling"), "EEXIST"],
    ["/proc/self/attr/no-such", "ENOENT"],
  ] as const)
    assert.throws(() => makeDirectories(path), { code }, path);
});
