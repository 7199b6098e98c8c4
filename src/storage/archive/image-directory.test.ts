import assert from "node:assert/strict";
import { test } from "node:test";
import { digestHex, sha256 } from "../../oci/digest.ts";
import { readImageDirectory } from "./image-directory.ts";
import type { TarIndex } from "./tar-index.ts";

const [CONFIG, LAYER] = ["{}", "a layer"];
const MANIFEST = {
  schemaVersion: 2,
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: sha256(CONFIG), size: 2 },
  layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: sha256(LAYER), size: 7 }],
};

function directoryOf(manifest: string): TarIndex {
  const files = new Map([
    ["manifest.json", manifest],
    [digestHex(sha256(CONFIG)), CONFIG],
    [digestHex(sha256(LAYER)), LAYER],
  ]);
  return {
    find: (name) => (files.has(name) ? { name, offset: 0, size: files.get(name)?.length ?? 0 } : undefined),
    text: (name) => files.get(name) ?? assert.fail(name),
    stream: () => assert.fail("no layer is read"),
  };
}

test("readImageDirectory(): the image, with the bytes of its manifest", () => {
  const text = JSON.stringify(MANIFEST);
  const image = readImageDirectory(directoryOf(text));
  assert.equal(image.manifest, text);
  assert.equal(image.config, CONFIG);
  assert.deepEqual(
    image.layers.map(({ descriptor }) => descriptor),
    [{ digest: sha256(LAYER), size: 7 }],
  );
});

for (const [name, text] of [
  ["no JSON", "{"],
  ["null", "null"],
  ["without a config", JSON.stringify({ ...MANIFEST, config: undefined })],
  ["whose layers are no list", JSON.stringify({ ...MANIFEST, layers: "x" })],
  ["with a layer that is null", JSON.stringify({ ...MANIFEST, layers: [null] })],
  [
    "with a layer whose digest is a path",
    JSON.stringify({ ...MANIFEST, layers: [{ digest: "../x", size: 1 }] }),
  ],
] as const)
  test(`readImageDirectory(): a manifest ${name} is refused`, () => {
    assert.throws(() => readImageDirectory(directoryOf(text)), {
      message: 'damaged image: "manifest.json" is no image manifest',
    });
  });
