import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpDirectory } from "../../../test/fixtures/build-image.ts";
import { digestHex, sha256 } from "../../oci/digest.ts";
import { openCaches } from "./imported-caches.ts";

const DESCRIPTOR = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: sha256("{}"), size: 2 };

/** What is said of a cache in a directory with that index.json; it has one blob, `{}`. */
async function warningsOf(path: string, index: string): Promise<string[]> {
  mkdirSync(join(path, "blobs/sha256"), { recursive: true });
  writeFileSync(join(path, "blobs/sha256", digestHex(sha256("{}"))), "{}");
  writeFileSync(join(path, "index.json"), index);
  const warnings: string[] = [];
  const options = {
    env: {},
    tlsVerify: true,
    signal: new AbortController().signal,
    warn: (line: string) => void warnings.push(line),
  };
  await using caches = await openCaches([{ kind: "local", path }], options);
  assert.ok(caches.isEmpty);
  return warnings;
}

for (const [index, reason] of [
  ["{", "invalid image index: it is not JSON"],
  ["null", "invalid image index: it must be an object"],
  ['{"manifests":"x"}', "invalid image index at manifests: it must be a list"],
  ['{"manifests":[null]}', "invalid image index at manifests[0]: it must be an object"],
  [
    '{"manifests":[{"digest":"../../x","size":1}]}',
    "invalid image index at manifests[0].digest: it must be a sha256 digest",
  ],
  [JSON.stringify({ manifests: [DESCRIPTOR] }), "invalid manifest at config: it must be an object"],
] as const)
  test(`a damaged cache is warned of, and not used: ${index.slice(0, 50)}`, async (context) => {
    const path = tmpDirectory(context);
    assert.deepEqual(await warningsOf(path, index), [
      `WARN[0000] the cache "${path}" is not used: ${reason}`,
    ]);
  });
