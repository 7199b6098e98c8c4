import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { writeFileAtomic } from "./write-file-atomic.ts";

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), "tspod-atomic-"));
});
after(() => rmSync(root, { recursive: true }));

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
