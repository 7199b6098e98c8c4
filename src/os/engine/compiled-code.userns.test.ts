import assert from "node:assert/strict";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { compiledCodeIn } from "./compiled-code.ts";

test("another user's compiled code is not read: it would be executed", () => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-code-"));
  const kept = compiledCodeIn(directory, "b1");
  kept.write("run.cjs", Buffer.from("code"));
  assert.deepEqual(kept.read("run.cjs"), Buffer.from("code"));
  chownSync(join(directory, "b1/run.cjs"), 1, 1);
  assert.equal(kept.read("run.cjs"), undefined);
  rmSync(directory, { recursive: true });
});
