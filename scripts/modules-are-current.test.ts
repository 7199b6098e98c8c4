import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const directory = mkdtempSync(join(tmpdir(), "tspod-modules-"));
after(() => rmSync(directory, { recursive: true }));

type Packages = Readonly<Record<string, { version: string; integrity: string; optional?: boolean }>>;

const A = { version: "1.0.0", integrity: "sha512-a" };
const ARM = { version: "1.0.0", integrity: "sha512-arm", optional: true };
const ROOT = { version: "0.1.0", integrity: "" };

function write(name: string, packages: Packages): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify({ lockfileVersion: 3, packages }));
  return path;
}

function statusOf(asked: Packages, there: Packages): number | null {
  const script = join(import.meta.dirname, "modules-are-current.ts");
  return spawnSync(process.execPath, [script, write("asked", asked), write("there", there)]).status;
}

const asked: Packages = { "": ROOT, "node_modules/a": A, "node_modules/arm": ARM };

const ROWS: readonly (readonly [string, Packages, number])[] = [
  ["all of it", { "node_modules/a": A, "node_modules/arm": ARM }, 0],
  ["without what is optional", { "node_modules/a": A }, 0],
  ["without what is not optional", { "node_modules/arm": ARM }, 1],
  ["another version", { "node_modules/a": { version: "0.9.0", integrity: "sha512-b" } }, 1],
  ["something more", { "node_modules/a": A, "node_modules/b": A }, 1],
];

for (const [name, there, status] of ROWS)
  test(`node_modules has ${name}: ${status === 0 ? "nothing" : "npm ci"} to do`, () =>
    assert.equal(statusOf(asked, there), status));
