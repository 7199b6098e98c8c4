import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const SCRIPTS = import.meta.dirname;

test("every page is installed, in characters that troff has for every locale", (context) => {
  const share = mkdtempSync(join(tmpdir(), "tspod-man-"));
  context.after(() => rmSync(share, { recursive: true }));
  execFileSync(process.execPath, [join(SCRIPTS, "man.ts"), share]);
  const directory = join(share, "man/man1");
  const pages = readdirSync(directory);
  const sources = readdirSync(resolve(SCRIPTS, "../man")).map((name) => name.replace(/\.md$/, ""));
  assert.deepEqual(pages.sort(), sources.sort());
  const others = pages.filter((page) => /[^\n -~]/.test(readFileSync(join(directory, page), "utf8")));
  assert.deepEqual(others, []);
});
