import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { overwriteText } from "./overwrite-text.ts";

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), "tspod-overwrite-"));
});
after(() => rmSync(root, { recursive: true }));

describe("overwriteText()", () => {
  test("makes a file with its mode, and keeps file and mode after that", () => {
    const path = join(root, "made");
    overwriteText(path, "one", { mode: 0o600 });
    const { ino } = statSync(path);
    overwriteText(path, "another", { mode: 0o644 });
    assert.deepEqual([statSync(path).ino, statSync(path).mode & 0o777], [ino, 0o600]);
    assert.deepEqual(readdirSync(root), ["made"]);
  });

  const path = () => join(root, "text");
  for (const text of ["", "short", "a longer text\n", "é", "x".repeat(200_000), "again", ""]) {
    test(`${text.length} characters over what was there before`, () => {
      overwriteText(path(), text);
      assert.equal(readFileSync(path(), "utf8"), text);
    });
  }

  test("a file that has become large takes no memory", () => {
    truncateSync(path(), 2 ** 40);
    overwriteText(path(), "127.0.0.1 localhost\n");
    assert.equal(readFileSync(path(), "utf8"), "127.0.0.1 localhost\n");
  });

  test("what is no file is an error", () => {
    assert.throws(() => overwriteText(root, "text"), { code: "EISDIR" });
    assert.throws(() => overwriteText(join(root, "none/text"), "text"), { code: "ENOENT" });
  });
});
