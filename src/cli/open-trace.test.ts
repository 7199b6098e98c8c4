import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { TRACE } from "../protocol/environment.ts";
import { openTrace } from "./open-trace.ts";

const directory = mkdtempSync(join(tmpdir(), "tspod-trace-"));
after(() => rmSync(directory, { recursive: true }));
const file = join(directory, "a trace");
writeFileSync(file, "[\n");
const { dev, ino } = statSync(file, { bigint: true });

test("the launcher's file is gone on with, and later programs learn where", () => {
  const env: Record<string, string | undefined> = { [TRACE]: `5 ${dev}:${ino} ${file}` };
  const trace = openTrace(env);
  trace?.mark("something");
  assert.match(readFileSync(file, "utf8"), /^\[\n(?:\{.*\},\n)+\{.*"name":"something".*\},\n$/);
  assert.match(env[TRACE] ?? "", new RegExp(`^\\d{2,} ${dev}:${ino} ${file}$`));
});

test("another file in its place is none, and stays as it is", () => {
  const [victim, link] = [join(directory, "victim"), join(directory, "link")];
  writeFileSync(victim, "mine");
  symlinkSync(victim, link);
  assert.equal(openTrace({ [TRACE]: `5 ${dev}:${ino} ${link}` }), undefined);
  assert.equal(openTrace({ [TRACE]: `5 ${dev}:${ino} ${join(directory, "gone")}` }), undefined);
  assert.equal(readFileSync(victim, "utf8"), "mine");
});
