import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { chunkLoader } from "./chunk-loader.ts";
import type { CompiledCode } from "./os/engine/compiled-code.ts";

const directory = mkdtempSync(join(tmpdir(), "tspod-chunks-"));
after(() => rmSync(directory, { recursive: true }));
// The loader runs as CommonJS, in the bundle.
Object.assign(globalThis, { require: createRequire(import.meta.url) });
const CHUNKS = {
  "a.cjs": 'exports.dirname = __dirname; exports.filename = __filename; exports.b = require("./b.cjs");',
  "b.cjs": 'module.exports = { a: require("./a.cjs"), twice: (n) => 2 * n };',
  "broken.cjs": "\n  nothing.there;",
  "unseen.cjs": "exports.seen = () => 1;",
};
for (const [name, text] of Object.entries(CHUNKS)) writeFileSync(join(directory, name), text);

function inMemory(): CompiledCode & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: (name) => (files.has(name) ? Buffer.from(files.get(name) ?? []) : undefined),
    write: (name, code) => void files.set(name, code),
  };
}

test("a chunk has what CommonJS gives it, once, and in a circle too", () => {
  const chunks = chunkLoader(directory, undefined);
  const a = chunks.require("./a.cjs") as { dirname: string; filename: string; b: { a: unknown } };
  assert.equal(a.dirname, directory);
  assert.equal(a.filename, join(directory, "a.cjs"));
  assert.equal(a.b.a, a);
  assert.equal(chunks.require("./a.cjs"), a);
  chunks.keepCompiledCode(); // nowhere
});

test("an error names the chunk and its line", () => {
  const { require } = chunkLoader(directory, undefined);
  assert.throws(
    () => require("./broken.cjs"),
    (error: Error) => error.stack?.includes(`${directory}/broken.cjs:2:3`) === true,
  );
  assert.throws(() => require("./none.cjs"), { code: "ENOENT" });
});

test("compiled code is kept with the functions that were called, and once", () => {
  const kept = inMemory();
  const first = chunkLoader(directory, kept);
  const { twice } = first.require("./b.cjs") as { twice: (n: number) => number };
  assert.equal(twice(21), 42);
  assert.equal(kept.files.size, 0);
  first.keepCompiledCode();
  assert.deepEqual([...kept.files.keys()].sort(), ["a.cjs", "b.cjs"]);
  const before = new Map(kept.files);
  const second = chunkLoader(directory, kept);
  assert.equal((second.require("./b.cjs") as { twice: (n: number) => number }).twice(4), 8);
  second.keepCompiledCode();
  assert.deepEqual(kept.files, before);
});

test("what V8 does not accept is compiled and kept anew", () => {
  const kept = inMemory();
  kept.write("unseen.cjs", Buffer.alloc(100));
  const chunks = chunkLoader(directory, kept);
  chunks.require("./unseen.cjs");
  chunks.keepCompiledCode();
  assert.ok((kept.files.get("unseen.cjs")?.length ?? 0) > 100);
});
