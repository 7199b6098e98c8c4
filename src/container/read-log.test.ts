import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openLog } from "./read-log.ts";

const directory = mkdtempSync(join(tmpdir(), "read-log-"));
after(() => rmSync(directory, { recursive: true }));
const line = (text: string) => `2026-01-02T03:04:05.000000000+00:00 stdout F ${text}\n`;

test("openLog(): a file that is not there yet, lines in pieces, a new file under the name", () => {
  const path = join(directory, "ctr.log");
  using reader = openLog(path);
  const read = () => [...reader.read()].flat().map(({ text }) => text.toString());
  assert.deepEqual(read(), []);
  writeFileSync(path, line("a") + line("b").slice(0, 20));
  assert.deepEqual(read(), ["a"]);
  appendFileSync(path, line("b").slice(20));
  assert.deepEqual(read(), ["b"]);
  appendFileSync(path, line("c"));
  writeFileSync(`${path}.new`, line("d"));
  renameSync(`${path}.new`, path);
  assert.deepEqual(read(), ["c", "d"]);
  appendFileSync(path, line("e"));
  assert.deepEqual(read(), ["e"]);
});
