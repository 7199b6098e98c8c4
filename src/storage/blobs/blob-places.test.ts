import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpStore } from "../../../test/fixtures/build-image.ts";
import { digestHex, sha256 } from "../../oci/digest.ts";
import { blobPlaces, recordBlobPlace } from "./blob-places.ts";

const BLOB = sha256("a blob");
const PLACE = { registry: "a.io", repository: "b" };

test("places of a blob, the latest first", (context) => {
  const store = tmpStore(context);
  recordBlobPlace(store, BLOB, PLACE);
  recordBlobPlace(store, BLOB, { registry: "c.io", repository: "d" });
  assert.deepEqual(blobPlaces(store, BLOB), [{ registry: "c.io", repository: "d" }, PLACE]);
});

for (const [text, expected] of [
  [
    JSON.stringify([PLACE, { registry: "a.io", repository: 7 }, { registry: 7, repository: "b" }, null]),
    [PLACE],
  ],
  ["{}", []],
  ["null", []],
  ["[{", []],
] as const)
  test(`what is no place is left out: ${text}`, (context) => {
    const store = tmpStore(context);
    mkdirSync(join(store.root, "places"));
    writeFileSync(join(store.root, "places", digestHex(BLOB)), text);
    assert.deepEqual(blobPlaces(store, BLOB), expected);
    recordBlobPlace(store, BLOB, PLACE);
    assert.deepEqual(blobPlaces(store, BLOB), [PLACE]);
  });
