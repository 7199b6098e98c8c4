import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fuzz } from "./fuzz.ts";
import { layerTarget } from "./layer-target.ts";
import { chooseSeed } from "./random.ts";

const seed = chooseSeed(process.env);

test(`a layer, whatever is in it, changes nothing outside of its directory, TSPOD_FUZZ_SEED=${seed}`, async (context) => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-fuzz-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  assert.ok((await fuzz(layerTarget(directory), { seed, milliseconds: 3000 })) > 20);
});

test("what is written elsewhere is found", (context) => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-fuzz-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  const target = layerTarget(directory);
  rmSync(join(directory, "out/secret"));
  assert.throws(() => target.read(Buffer.alloc(1024)), /changed outside of the layer/);
});
