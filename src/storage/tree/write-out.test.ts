import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeOut } from "./write-out.ts";

test("who asks during a flush shares the one after it, and not the one that began before", async (context) => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-write-out-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const { flushed } = writeOut(directory);
  const first = flushed();
  const [second, third] = [flushed(), flushed()];
  assert.notEqual(first, second);
  assert.equal(second, third);
  const order: number[] = [];
  await Promise.all([first.then(() => order.push(1)), second.then(() => order.push(2))]);
  assert.deepEqual(order, [1, 2]);
  assert.notEqual(flushed(), third);
});

test("a flush that failed unseen is told by the next one that is asked for", async () => {
  const { wrote, flushed } = writeOut("/nowhere/tspod");
  wrote(1024 ** 3);
  await assert.rejects(flushed(), { message: 'writing "/nowhere/tspod" to the disk' });
  await assert.rejects(flushed(), { message: 'writing "/nowhere/tspod" to the disk' });
});
