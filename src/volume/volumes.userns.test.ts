import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildImage, storeContent, tmpStore } from "../../test/fixtures/build-image.ts";
import type { BuiltEntry } from "../../test/fixtures/build-tar.ts";
import { lgetxattr } from "../os/xattr.ts";
import { rootfsLowers } from "../storage/rootfs/rootfs.ts";
import type { Store } from "../storage/store.ts";
import { mountImageVolume } from "./mount-image-volume.ts";
import {
  addVolumeRef,
  copyUpVolume,
  dropVolumeRef,
  getVolume,
  listVolumes,
  lookupVolume,
  makeOrFindVolume,
  needsCopyUp,
  removeVolume,
  volumeData,
  volumeUsers,
} from "./volumes.ts";

const created = "2024-01-02T03:04:05.123456789Z";

test("create, list, look up by prefix, remove", (context) => {
  const store = tmpStore(context);
  const record = makeOrFindVolume(store, { name: "data", labels: { a: "b" }, created }).volume;
  assert.deepEqual(getVolume(store, "data"), record);
  assert.equal(
    makeOrFindVolume(store, { name: "data", created: "later", orExisting: true }).volume.created,
    created,
  );
  assert.throws(() => makeOrFindVolume(store, { name: "data", created }), /volume already exists/);
  assert.throws(() => makeOrFindVolume(store, { name: "../up", created }), /names must match/);
  const anonymous = makeOrFindVolume(store, { created }).volume;
  assert.match(anonymous.name, /^[0-9a-f]{64}$/);
  makeOrFindVolume(store, { name: "database", created });
  assert.equal(listVolumes(store).length, 3);
  assert.equal(lookupVolume(store, "datab").name, "database");
  assert.equal(lookupVolume(store, "data").name, "data");
  assert.throws(() => lookupVolume(store, "dat"), /more than one result/);
  assert.throws(() => lookupVolume(store, "none"), /no volume with name "none" found/);
  removeVolume(store, "data");
  assert.equal(getVolume(store, "data"), undefined);
  assert.deepEqual(readdirSync(store.tmp), []);
});

test("a volume in use is not removed; a container that is gone doesn't count", (context) => {
  const store = tmpStore(context);
  makeOrFindVolume(store, { name: "v", created });
  mkdirSync(join(store.containers, "c1"));
  addVolumeRef(store, "v", "c1");
  addVolumeRef(store, "v", "gone");
  assert.deepEqual(volumeUsers(store, "v"), ["c1"]);
  assert.throws(() => removeVolume(store, "v"), /being used by the following container\(s\): c1/);
  assert.ok(dropVolumeRef(store, "v", "c1"));
  removeVolume(store, "v");
  assert.throws(() => addVolumeRef(store, "v", "c1"), /no such volume/);
});

async function filled(
  store: Store,
  layers: readonly (readonly BuiltEntry[])[],
  options: { destination?: string; nocopy?: boolean; owner?: () => { uid: number; gid: number } } = {},
): Promise<string> {
  const image = buildImage(layers);
  await storeContent(store, image);
  makeOrFindVolume(store, { name: "v", created, orExisting: true });
  await copyUpVolume(store, "v", {
    lowers: () => rootfsLowers(store, { chainIds: image.chain }),
    destination: "/d",
    ...options,
  });
  return volumeData(store, "v");
}

test("copy-up: the merged content with owners, modes, xattrs, times and hard links", async (context) => {
  const data = await filled(tmpStore(context), [
    [
      { name: "d/", mode: 0o1750, uid: 3, gid: 4 },
      { name: "d/a", body: "old" },
      { name: "d/gone" },
      { name: "d/hidden/" },
      { name: "d/hidden/x" },
      { name: "d/l1", body: "linked" },
      { name: "d/l2", type: "1", link: "d/l1" },
    ],
    [
      {
        name: "d/a",
        body: "new",
        mode: 0o640,
        uid: 5,
        gid: 6,
        mtime: 77,
        pax: { "SCHILY.xattr.user.k": "v" },
      },
      { name: "d/.wh.gone" },
      { name: "d/hidden/" },
      { name: "d/hidden/.wh..wh..opq" },
      { name: "d/hidden/y" },
      { name: "d/s", type: "2", link: "a" },
    ],
  ]);
  const root = lstatSync(data);
  assert.deepEqual([root.mode & 0o7777, root.uid, root.gid], [0o1750, 3, 4]);
  assert.deepEqual(readdirSync(data).sort(), ["a", "hidden", "l1", "l2", "s"]);
  assert.deepEqual(readdirSync(join(data, "hidden")), ["y"]);
  const file = lstatSync(join(data, "a"));
  assert.deepEqual([file.mode & 0o7777, file.uid, file.gid, file.mtimeMs], [0o640, 5, 6, 77_000]);
  assert.equal(lgetxattr(join(data, "a"), "user.k").toString(), "v");
  assert.equal(lstatSync(join(data, "l1")).ino, lstatSync(join(data, "l2")).ino);
  assert.throws(() => lgetxattr(join(data, "hidden"), "user.overlay.opaque"), { code: "ENODATA" });
});

test("copy-up goes by the image's symlinks, inside of the image", async (context) => {
  const data = await filled(
    tmpStore(context),
    [[{ name: "real/" }, { name: "real/f", body: "x" }, { name: "way", type: "2", link: "../../real" }]],
    { destination: "/way" },
  );
  assert.deepEqual(readdirSync(data), ["f"]);
});

test("copy-up: a layer that is opaque at its root shows nothing of those below", async (context) => {
  const data = await filled(tmpStore(context), [
    [{ name: "d/" }, { name: "d/below" }],
    [{ name: ".wh..wh..opq" }, { name: "d/" }, { name: "d/above" }],
  ]);
  assert.deepEqual(readdirSync(data), ["above"]);
});

test("copy-up is done once, and not into what has content", async (context) => {
  const store = tmpStore(context);
  makeOrFindVolume(store, { name: "v", created });
  writeFileSync(join(volumeData(store, "v"), "mine"), "");
  const layers = [[{ name: "d/" }, { name: "d/f", body: "x" }]];
  assert.deepEqual(readdirSync(await filled(store, layers)), ["mine"]);
  assert.ok(!needsCopyUp(store, "v"));
});

test("nocopy leaves it for another container", async (context) => {
  const store = tmpStore(context);
  const layers = [[{ name: "d/" }, { name: "d/f", body: "x" }]];
  assert.deepEqual(readdirSync(await filled(store, layers, { nocopy: true })), []);
  assert.equal(readFileSync(join(await filled(store, layers), "f"), "utf8"), "x");
});

test("where the image has nothing, the container's user gets the volume", async (context) => {
  const data = await filled(tmpStore(context), [[{ name: "other/" }]], { owner: () => ({ uid: 7, gid: 8 }) });
  const { uid, gid } = lstatSync(data);
  assert.deepEqual([uid, gid], [7, 8]);
});

test("a volume of an image where overlays don't work is a copy, made once; one that was an overlay is refused", async (context) => {
  const store = tmpStore(context);
  const image = buildImage([[{ name: "f", body: "1" }, { name: "gone" }], [{ name: ".wh.gone" }]]);
  await storeContent(store, image);
  const of = { id: image.descriptor.digest, chainIds: image.chain };
  const { volume } = makeOrFindVolume(store, { name: "v", created, image: of });
  assert.deepEqual([volume.driver, needsCopyUp(store, "v")], ["image", false]);
  assert.equal(await mountImageVolume(store, volume, "copy"), false);
  assert.deepEqual(readdirSync(volumeData(store, "v")), ["f"]);
  writeFileSync(join(volumeData(store, "v"), "f"), "2");
  for (const driver of ["copy", "overlay"] as const) {
    assert.equal(await mountImageVolume(store, volume, driver), false);
    assert.equal(readFileSync(join(volumeData(store, "v"), "f"), "utf8"), "2");
  }
  const other = makeOrFindVolume(store, { name: "o", created, image: of }).volume;
  writeFileSync(join(store.volumes, "o/upper/f"), "3");
  await assert.rejects(mountImageVolume(store, other, "copy"), /was written to as an overlay/);
  rmSync(volumeData(store, "o"), { recursive: true });
  rmSync(join(store.volumes, "o/upper/f"));
  assert.equal(await mountImageVolume(store, other, "copy"), false);
  assert.equal(readFileSync(join(volumeData(store, "o"), "f"), "utf8"), "1");
});
