import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpStore } from "../../../test/fixtures/build-image.ts";
import { digestHex, sha256 } from "../../oci/digest.ts";
import { recompressedAs } from "./recompressed-as.ts";

const LAYER = sha256("a layer");
const OTHER = sha256("the same, compressed in another way");

for (const [text, expected] of [
  [JSON.stringify({ digest: OTHER, size: 7 }), { digest: OTHER, size: 7 }],
  [JSON.stringify({ digest: "sha256:7", size: 7 }), undefined],
  [JSON.stringify({ digest: OTHER, size: -1 }), undefined],
  [JSON.stringify({ digest: OTHER, size: "7" }), undefined],
  ["null", undefined],
  ["[]", undefined],
  ["{", undefined],
] as const)
  test(`what a layer came out as: ${text}`, (context) => {
    const store = tmpStore(context);
    assert.equal(recompressedAs(store, LAYER, "gzip"), undefined);
    mkdirSync(join(store.root, "places"));
    writeFileSync(join(store.root, "places", `${digestHex(LAYER)}.gzip`), text);
    assert.deepEqual(recompressedAs(store, LAYER, "gzip"), expected);
  });
