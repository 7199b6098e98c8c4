import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildImage, storeContentUnpacked, tmpStore } from "../../../test/fixtures/build-image.ts";
import { exampleOptions } from "../../../test/fixtures/run-example.ts";
import { TspodError } from "../../errors.ts";
import { digestHex, sha256 } from "../../oci/digest.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { blobPath, writeBlob } from "../blobs/blobs.ts";
import { createContainerDirectory, newContainerId } from "../containers/container-directory.ts";
import { layerPath } from "../layers/layers.ts";
import { leaseContent } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import { addImage, tagImage, untagImage } from "./image-changes.ts";
import { imageUsers, removeImage } from "./image-removal.ts";
import { listImages, resolveImage, type StoredImage } from "./stored-image.ts";

const base = [{ name: "base" }];
const one = buildImage([base, [{ name: "one" }]]);
const two = buildImage([base, [{ name: "two" }]]);

function add(store: Store, image: typeof one, name?: string): Promise<StoredImage> {
  storeContentUnpacked(store, image);
  return addImage(store, image.descriptor, { name });
}

function nameLists(store: Store): (readonly string[])[] {
  return listImages(store)
    .map(({ names }) => names)
    .sort();
}

test("an image is found by name, ID, ID prefix and digest", async (context) => {
  const store = tmpStore(context);
  const image = await add(store, one, "docker.io/library/app:latest");
  const index = sha256("an index");
  await addImage(store, one.descriptor, { name: "docker.io/library/app:latest", indexDigest: index });
  const hex = digestHex(image.id);
  for (const text of [
    "app",
    "docker.io/library/app:latest",
    hex,
    hex.slice(0, 3),
    image.id,
    image.manifestDigest,
    `app@${image.manifestDigest}`,
    `app@${index}`,
  ]) {
    assert.equal(resolveImage(store, text)?.image.id, image.id, text);
  }
  assert.equal(resolveImage(store, "ap"), undefined);
  assert.deepEqual(resolveImage(store, hex)?.image.digests, [one.descriptor.digest, index]);
  assert.equal(resolveImage(store, hex)?.name, undefined);
});

test("an ambiguous ID prefix is refused", async (context) => {
  const store = tmpStore(context);
  const { id } = await add(store, one);
  const prefix = digestHex(id).slice(0, 1);
  let other = two;
  for (let n = 0; !digestHex(JSON.parse(other.manifest).config.digest).startsWith(prefix); n++)
    other = buildImage([base], { User: String(n) });
  await add(store, other);
  assert.throws(() => resolveImage(store, prefix), TspodError);
});

test("a name goes from one image to the other, which stays, dangling", async (context) => {
  const store = tmpStore(context);
  await add(store, one, "localhost/app:latest");
  await add(store, two, "localhost/app:latest");
  assert.deepEqual(nameLists(store), [[], ["localhost/app:latest"]]);
  const dangling = listImages(store).find(({ names }) => names.length === 0);
  assert.equal(dangling?.manifestDigest, one.descriptor.digest);
  await add(store, one, "localhost/back:1");
  assert.deepEqual(nameLists(store), [["localhost/app:latest"], ["localhost/back:1"]]);
});

test("tag, untag; the last name leaves a dangling image", async (context) => {
  const store = tmpStore(context);
  const image = await add(store, one, "localhost/a:1");
  await tagImage(store, image, "localhost/b:1");
  await tagImage(store, image, "localhost/b:1");
  assert.deepEqual(nameLists(store), [["localhost/b:1", "localhost/a:1"]]);
  await untagImage(store, image, ["localhost/a:1", "localhost/none:1"]);
  assert.deepEqual(nameLists(store), [["localhost/b:1"]]);
  await untagImage(store, image, ["localhost/b:1"]);
  assert.deepEqual(nameLists(store), [[]]);
  assert.equal(resolveImage(store, image.id)?.image.id, image.id);
});

test("an image that came with another manifest meanwhile is tagged still", async (context) => {
  const store = tmpStore(context);
  const image = await add(store, one, "localhost/a:1");
  const manifest = `${one.manifest} `;
  writeBlob(store, manifest);
  const descriptor = { ...one.descriptor, digest: sha256(manifest), size: manifest.length };
  await addImage(store, descriptor, { name: "localhost/a:1" });
  await tagImage(store, image, "localhost/b:1");
  assert.equal(resolveImage(store, "localhost/b:1")?.image.id, image.id);
  await removeImage(store, image);
  await assert.rejects(tagImage(store, image, "localhost/c:1"), {
    message: `image "${image.id}" was removed meanwhile`,
  });
});

test("removal keeps what another image shares, and takes the rest", async (context) => {
  const store = tmpStore(context);
  const first = await add(store, one, "localhost/one:1");
  const second = await add(store, two, "localhost/two:1");
  await removeImage(store, first);
  assert.deepEqual(readdirSync(store.layers).sort(), two.chain.map(digestHex).sort());
  assert.equal(readdirSync(join(store.images, "blobs/sha256")).length, 4);
  await removeImage(store, second);
  assert.deepEqual(readdirSync(store.layers), []);
  assert.deepEqual(readdirSync(join(store.images, "blobs/sha256")), []);
  assert.deepEqual(JSON.parse(readFileSync(join(store.images, "index.json"), "utf8")).manifests, []);
});

test("while somebody adds content, removal takes names only; the next one takes the rest", async (context) => {
  const store = tmpStore(context);
  const first = await add(store, one);
  const second = await add(store, two);
  {
    using _lease = await leaseContent(store);
    await removeImage(store, first);
    assert.equal(readdirSync(store.layers).length, 3);
  }
  await removeImage(store, second);
  assert.deepEqual(readdirSync(store.layers), []);
});

test("an image in use is not removed; layers of a container stay", async (context) => {
  const store = tmpStore(context);
  const image = await add(store, one, "localhost/one:1");
  const record = {
    schemaVersion: 1,
    id: newContainerId(),
    name: "user",
    created: "2024-01-02T03:04:05Z",
    image: { id: image.id, digest: image.manifestDigest, name: "localhost/one:1" },
    chainIds: image.chainIds,
    options: exampleOptions,
    createCommand: [],
    runtime: { name: "crun", path: "/usr/bin/crun" },
    volumes: [],
  } as const satisfies ContainerRecord;
  await createContainerDirectory(store, record);
  assert.deepEqual(imageUsers(store, image), [record.id]);
  await assert.rejects(removeImage(store, image), /image is in use by a container/);
  assert.equal(listImages(store).length, 1);
});

test("an image without all of its content is not added", async (context) => {
  const store = tmpStore(context);
  storeContentUnpacked(store, one);
  rmSync(layerPath(store, one.chain[1] ?? sha256("")), { recursive: true });
  await assert.rejects(addImage(store, one.descriptor, {}), /is missing: pull the image again/);
  storeContentUnpacked(store, one);
  rmSync(blobPath(store, one.diffIds[0] ?? sha256("")));
  await assert.rejects(addImage(store, one.descriptor, {}), /is missing: pull the image again/);
  assert.deepEqual(listImages(store), []);
});

test("what others have put into the layout is left and listed", async (context) => {
  const store = tmpStore(context);
  const image = await add(store, one, "localhost/one:1");
  await add(store, two, "localhost/two:1");
  const path = join(store.images, "index.json");
  const index = JSON.parse(readFileSync(path, "utf8"));
  const foreign = { ...index.manifests[1], annotations: { "org.opencontainers.image.ref.name": "skopeo:1" } };
  writeFileSync(path, JSON.stringify({ ...index, manifests: [index.manifests[0], foreign] }));
  assert.deepEqual(nameLists(store), [["localhost/one:1"], ["skopeo:1"]]);
  await removeImage(store, image);
  assert.deepEqual(nameLists(store), [["skopeo:1"]]);
});
