import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpStore } from "../../../test/fixtures/build-image.ts";
import { digestHex } from "../../oci/digest.ts";
import { type CacheRecord, cacheKey, findCached, listCached, saveCached } from "./cache-records.ts";

const RECORD: CacheRecord = {
  schemaVersion: 1,
  below: [],
  created: "2026-01-02T03:04:05Z",
  text: "RUN true",
};

for (const [name, text] of [
  ["cut short", JSON.stringify(RECORD).slice(0, 30)],
  ["null", "null"],
  ["of a newer tspod", JSON.stringify({ ...RECORD, schemaVersion: 2 })],
  ["without its date", JSON.stringify({ ...RECORD, created: undefined })],
  ["whose layers are no digests", JSON.stringify({ ...RECORD, below: ["../../x"] })],
  ["whose own layer is none", JSON.stringify({ ...RECORD, chainId: "../../x" })],
  ["whose blob has no size", JSON.stringify({ ...RECORD, blob: { mediaType: "a", digest: "b" } })],
] as const)
  test(`a record ${name} counts as none, and can be saved anew`, (context) => {
    const store = tmpStore(context);
    const key = cacheKey([name]);
    saveCached(store, [key], RECORD);
    assert.deepEqual(findCached(store, key, undefined), RECORD);
    writeFileSync(join(store.root, "build/cache", `${digestHex(key)}.json`), text);
    assert.equal(findCached(store, key, undefined), undefined);
    assert.deepEqual(listCached(store), []);
    saveCached(store, [key], RECORD);
    assert.deepEqual(findCached(store, key, undefined), RECORD);
  });
