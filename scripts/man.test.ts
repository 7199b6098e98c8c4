import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { test } from "node:test";

const SCRIPTS = import.meta.dirname;

test("every page is installed, in characters that troff has for every locale", (context) => {
  const share = mkdtempSync(join(tmpdir(), "tspod-man-"));
  context.after(() => rmSync(share, { recursive: true }));
  execFileSync(process.execPath, [join(SCRIPTS, "man.ts"), share]);
  const pages = readdirSync(join(share, "man")).flatMap((section) =>
    readdirSync(join(share, "man", section)).map((page) => join(share, "man", section, page)),
  );
  const sources = readdirSync(resolve(SCRIPTS, "../man")).map((name) => name.replace(/\.md$/, ""));
  assert.deepEqual(pages.map((page) => basename(page)).sort(), sources.sort());
  const others = pages.filter((page) => /[^\n -~]/.test(readFileSync(page, "utf8")));
  assert.deepEqual(others, []);
  // Markdown that the converter did not take for bold.
  assert.deepEqual(
    pages.filter((page) => readFileSync(page, "utf8").includes("**")),
    [],
  );
});
