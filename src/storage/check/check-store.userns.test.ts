import assert from "node:assert/strict";
import { appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Digest, sha256 } from "../../oci/digest.ts";
import { blobPath } from "../blobs.ts";
import { buildImage, storeContent, tmpStore } from "../build-image.ts";
import { addImage } from "../image-store.ts";
import { hasLayer, layerFiles, layerPath } from "../layers.ts";
import type { Store } from "../store.ts";
import { checkStore, type Damage } from "./check-store.ts";

const image = buildImage([
  [
    { name: "d/" },
    { name: "d/file", body: "content" },
    { name: "d/twice", body: "first" },
    { name: "d/twice", body: "second" },
    { name: "hard", type: "1", link: "d/file" },
    { name: "replaced/" },
    { name: "replaced/inner", body: "x" },
    { name: "replaced", type: "2", link: "d" },
    { name: "replaced/by-link", body: "x" },
  ],
  [{ name: "d/.wh.file" }, { name: "top", body: "y", mode: 0 }],
]);
const [base = sha256(""), top = sha256("")] = image.chain;
const [baseBlob = sha256("")] = image.diffIds;

async function filledStore(context: TestContext): Promise<Store> {
  const store = tmpStore(context);
  await storeContent(store, image);
  await addImage(store, image.descriptor, { name: "localhost/a:1" });
  await addImage(store, image.descriptor, { name: "localhost/b:1" });
  return store;
}

async function check(store: Store, { quick = false, repair = false } = {}): Promise<Damage[]> {
  const found: Damage[] = [];
  await checkStore(store, {
    quick,
    repair,
    signal: new AbortController().signal,
    report: (damage) => found.push(damage),
  });
  return found;
}

function spoilBlob(store: Store, digest: Digest): void {
  const path = blobPath(store, digest);
  const content = readFileSync(path);
  content[content.length >> 1] = 0xff;
  chmodSync(path, 0o644);
  writeFileSync(path, content);
}

test("a store that is well", async (context) => {
  const store = await filledStore(context);
  assert.deepEqual(await check(store), []);
  assert.deepEqual(await check(store, { quick: true }), []);
});

/** What is damaged, how, what is said of it, and whether a quick look sees it. */
const DAMAGES: readonly (readonly [string, (store: Store) => void, RegExp, boolean])[] = [
  [
    "a file that was cut off",
    (store) => writeFileSync(join(layerFiles(store, base), "d/twice"), ""),
    /^image localhost\/[ab]:1: layer [0-9a-f]{64} has other content in "d\/twice"/,
    false,
  ],
  [
    "a file with other content of that size",
    (store) => writeFileSync(join(layerFiles(store, base), "d/file"), "CONTENT"),
    /has other content in "d\/file"/,
    false,
  ],
  ["a lost file", (store) => rmSync(join(layerFiles(store, top), "top")), /has no file "top"/, false],
  ["a lost layer", (store) => rmSync(layerPath(store, base), { recursive: true }), /is missing/, true],
  [
    "a damaged record",
    (store) => writeFileSync(join(layerPath(store, base), "layer.json"), "{"),
    /has a damaged record/,
    true,
  ],
];

for (const [name, damage, message, quick] of DAMAGES) {
  test(`${name} is found once, and repaired`, async (context) => {
    const store = await filledStore(context);
    damage(store);
    assert.equal((await check(store, { quick: true })).length, quick ? 1 : 0);
    const [found, ...more] = await check(store);
    assert.match(found?.text ?? "", message);
    assert.match(found?.text ?? "", /use --repair$/);
    assert.deepEqual([found?.repaired, more], [false, []]);
    assert.deepEqual(
      (await check(store, { repair: true })).map(({ repaired }) => repaired),
      [true],
    );
    assert.deepEqual(await check(store), []);
    assert.deepEqual(readdirSync(store.tmp), []);
  });
}

test("a damaged blob is deleted, so that a pull fetches it; its layer stays", async (context) => {
  const store = await filledStore(context);
  spoilBlob(store, baseBlob);
  assert.deepEqual(await check(store, { quick: true }), []);
  const [found] = await check(store);
  assert.match(found?.text ?? "", /blob sha256:[0-9a-f]{64} has other content: use --repair/);
  assert.equal((await check(store, { repair: true }))[0]?.repaired, false);
  assert.match((await check(store))[0]?.text ?? "", /is missing/);
  assert.ok(hasLayer(store, base));
});

test("a blob of another size; a manifest that is damaged", async (context) => {
  const store = await filledStore(context);
  chmodSync(blobPath(store, baseBlob), 0o644);
  appendFileSync(blobPath(store, baseBlob), "more");
  assert.match((await check(store, { quick: true }))[0]?.text ?? "", /has \d+ bytes instead of \d+/);
  spoilBlob(store, image.descriptor.digest);
  const found = await check(store, { quick: true });
  assert.equal(found.length, 1);
  assert.match(found[0]?.text ?? "", /has other content/);
});
