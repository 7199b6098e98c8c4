import assert from "node:assert/strict";
import { appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildImage, storeContent, tmpStore } from "../../../test/fixtures/build-image.ts";
import { changeImageList, createImageList } from "../../image/change-list.ts";
import { listImageLists } from "../../image/lists.ts";
import { type Digest, sha256 } from "../../oci/digest.ts";
import { blobPath } from "../../storage/blobs/blobs.ts";
import { addImage } from "../../storage/images/image-changes.ts";
import { removeImage } from "../../storage/images/image-removal.ts";
import { listImages } from "../../storage/images/stored-image.ts";
import { hasLayer, layerFiles, layerPath } from "../../storage/layers/layers.ts";
import { openStore, type Store } from "../../storage/store.ts";
import { type CheckOptions, checkStore, type Damage } from "./check-store.ts";

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
    { name: "by-two-ways", body: "x" },
    { name: "d/by-two-ways", body: "first" },
    { name: "replaced/by-two-ways", body: "second" },
    { name: "becomes-directory", body: "x" },
    { name: "becomes-directory/" },
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

async function check(
  store: Store,
  { quick = false, repair = false, userOf = () => undefined }: Partial<CheckOptions> = {},
): Promise<Damage[]> {
  const found: Damage[] = [];
  await checkStore(store, {
    isRunning: () => false,
    quick,
    repair,
    userOf,

    signal: new AbortController().signal,
    report: (damage) => found.push(damage),
  });
  return found;
}

/** Absolute path of a blob that may be written to. */
function openForDamage(store: Store, digest: Digest): string {
  const path = blobPath(store, digest);
  chmodSync(path, 0o644);
  return path;
}

function spoilBlob(store: Store, digest: Digest): void {
  const content = readFileSync(blobPath(store, digest));
  content[content.length >> 1] = 0xff;
  writeFileSync(openForDamage(store, digest), content);
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
  appendFileSync(openForDamage(store, baseBlob), "more");
  assert.match((await check(store, { quick: true }))[0]?.text ?? "", /has \d+ bytes instead of \d+/);
  spoilBlob(store, image.descriptor.digest);
  const found = await check(store, { quick: true });
  assert.equal(found.length, 1);
  assert.match(found[0]?.text ?? "", /has other content/);
});

test("a layer that a running container has mounted is not made anew under it", async (context) => {
  const store = await filledStore(context);
  const path = join(layerFiles(store, base), "d/file");
  writeFileSync(path, "CONTENT");
  const [found, ...more] = await check(store, {
    repair: true,

    userOf: (id) => (id === base ? "web" : undefined),
  });
  assert.match(found?.text ?? "", /"d\/file": container web runs on it: stop that, then use --repair$/);
  assert.deepEqual([found?.repaired, more, readFileSync(path, "utf8")], [false, [], "CONTENT"]);
});

for (const [what, digest] of [
  ["manifest", image.descriptor.digest],
  ["config", sha256(image.config)],
] as const) {
  test(`an image whose ${what} is damaged is said to be so, and removed by a repair`, async (context) => {
    const filled = await filledStore(context);
    const warnings: string[] = [];
    const store = openStore(filled.root, { warn: (line) => warnings.push(line) });
    writeFileSync(openForDamage(store, digest), "{");
    assert.deepEqual(listImages(store), []);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", new RegExp(`"${digest}" is damaged .use .tspod system check --repair`));
    assert.match((await check(store))[0]?.text ?? "", /--repair removes the image, then pull it again$/);
    assert.match(
      (await check(store, { repair: true }))[0]?.text ?? "",
      /the image is removed: pull it again$/,
    );
    assert.deepEqual([listImages(store), await check(store)], [[], []]);
  });
}

test("a list, and an image that only a list has, are looked at too", async (context) => {
  const store = await filledStore(context);
  const list = await createImageList(store, {
    name: "localhost/list:1",
    created: "2026-01-01T00:00:00Z",
    content: { manifests: [], sources: {} },
  });
  const missing = { ...image.descriptor, digest: sha256("never fetched") };
  await changeImageList(store, list.id, () => ({ manifests: [image.descriptor, missing], sources: {} }));
  await removeImage(store, { id: sha256(image.config) });
  assert.deepEqual(await check(store), []);
  spoilBlob(store, baseBlob);
  assert.match((await check(store))[0]?.text ?? "", /^image localhost\/list:1: blob .* has other content/);
  const { manifestDigest } = listImageLists(store)[0] ?? assert.fail();
  writeFileSync(openForDamage(store, manifestDigest), "{");
  assert.match((await check(store, { repair: true }))[0]?.text ?? "", /the image is removed: pull it again$/);
  assert.deepEqual(listImageLists(store), []);
});
