import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type BuiltImage, buildImage, storeContent, tmpStore } from "../../../test/fixtures/build-image.ts";
import type { BuiltEntry } from "../../../test/fixtures/build-tar.ts";
import { mount, umount } from "../../os/mount.ts";
import { llistxattr } from "../../os/xattr.ts";
import type { Store } from "../store.ts";
import { planWithDriver, type RootfsPlan, rootfsPlan } from "./rootfs.ts";
import { type RootfsDriver, rootfsDriver } from "./rootfs-driver.ts";

/** Carry a plan out as the monitor does. */
function carryOut({ mounts, prepare }: RootfsPlan): void {
  for (const [file = "", ...args] of prepare) execFileSync(file, args);
  const back = process.cwd();
  for (const { source, target, type, flags, data, cwd } of mounts) {
    process.chdir(cwd);
    mount(source, target, { type, flags, data });
    process.chdir(back);
  }
}

/** Mounted until it is disposed of. */
interface Rootfs extends Disposable {
  readonly root: string;
  readonly plan: RootfsPlan;
  readonly store: Store;
  readonly image: BuiltImage;
  readonly directory: string;
}

async function rootfsOf(
  context: TestContext,
  layers: readonly (readonly BuiltEntry[])[],
  driver?: RootfsDriver,
): Promise<Rootfs> {
  const store = tmpStore(context);
  const image = buildImage(layers);
  await storeContent(store, image);
  const directory = join(store.containers, "c");
  for (const name of ["upper", "work", "merged"]) mkdirSync(join(directory, name), { recursive: true });
  const plan =
    driver === undefined
      ? await rootfsPlan(store, { chainIds: image.chain, directory })
      : await planWithDriver(store, { chainIds: image.chain, directory, driver });
  carryOut(plan);
  const unmount = (): void => {
    if (plan.driver !== "copy") umount(plan.path, 0);
  };
  return { root: plan.path, plan, store, image, directory, [Symbol.dispose]: unmount };
}

const LAYERS: readonly (readonly BuiltEntry[])[] = [
  [
    { name: "a", body: "old", uid: 3, gid: 4, mode: 0o604 },
    { name: "gone" },
    { name: "d/", mode: 0o711 },
    { name: "d/x" },
    { name: "hard", type: "1", link: "a" },
    { name: "again/" },
    { name: "again/old" },
  ],
  [
    { name: ".wh.gone" },
    { name: "d/" },
    { name: "d/.wh..wh..opq" },
    { name: "d/y" },
    { name: ".wh.again" },
    { name: "again/" },
    { name: "again/new" },
    { name: "link", type: "2", link: "a" },
  ],
];

for (const driver of ["overlay", "fuse-overlayfs", "copy"] as const) {
  test(`${driver}: the layers merged, and writable`, async (context) => {
    using rootfs = await rootfsOf(context, LAYERS, driver);
    const { root, plan } = rootfs;
    assert.deepEqual(readdirSync(root).sort(), ["a", "again", "d", "hard", "link"]);
    assert.deepEqual(readdirSync(join(root, "d")), ["y"]);
    assert.deepEqual(readdirSync(join(root, "again")), ["new"]);
    const { uid, gid, mode } = lstatSync(join(root, "a"));
    assert.deepEqual([uid, gid, mode & 0o7777], [3, 4, 0o604]);
    assert.equal(lstatSync(join(root, "a")).ino, lstatSync(join(root, "hard")).ino);
    writeFileSync(join(root, "d/z"), "");
    unlinkSync(join(root, "a"));
    assert.ok(!existsSync(join(root, "a")));
    assert.equal(readFileSync(join(plan.lowers[1] ?? "", "a"), "utf8"), "old");
    assert.equal(plan.warning === undefined, driver !== "copy");
  });
}

for (const driver of ["overlay", "fuse-overlayfs", "copy"] as const) {
  test(`${driver}: a layer that is opaque at its root hides all below`, async (context) => {
    const layers = [[{ name: "a" }], [{ name: ".wh..wh..opq" }, { name: "b" }], [{ name: "c" }]];
    using rootfs = await rootfsOf(context, layers, driver);
    const { root, plan } = rootfs;
    assert.deepEqual(readdirSync(root).sort(), ["b", "c"]);
    assert.equal(plan.lowers.length, 2);
  });
}

test("overlay: 127 layers, by short links", async (context) => {
  const layers = Array.from({ length: 127 }, (_, index) => [{ name: `f${index}` }]);
  using rootfs = await rootfsOf(context, layers, "overlay");
  const { root, plan } = rootfs;
  assert.equal(readdirSync(root).length, 127);
  assert.ok((plan.mounts[0]?.data.length ?? 0) < 4096);
});

test("overlay: no layers at all", async (context) => {
  using rootfs = await rootfsOf(context, [], "overlay");
  const { root } = rootfs;
  assert.deepEqual(readdirSync(root), []);
});

test("copy: what was written into it is there at the next start; nothing of overlayfs is in it", async (context) => {
  using rootfs = await rootfsOf(context, LAYERS, "copy");
  const { root, store, image, directory } = rootfs;
  writeFileSync(join(root, "mine"), "kept");
  await planWithDriver(store, { chainIds: image.chain, directory, driver: "copy" });
  assert.equal(readFileSync(join(root, "mine"), "utf8"), "kept");
  assert.deepEqual(llistxattr(join(root, "d")), []);
});

test("the driver that works here is remembered", async (context) => {
  using rootfs = await rootfsOf(context, LAYERS);
  const { plan, store } = rootfs;
  const known = join(store.root, "rootfs-driver.json");
  assert.equal(existsSync(known), plan.driver === "overlay");
});

for (const text of [
  "",
  "null",
  "[]",
  '{"driver":"overlay"',
  '{"key":7,"driver":"overlay"}',
  '{"driver":"tape"}',
])
  test(`a driver that is remembered as ${text || "nothing"} is found out again`, async (context) => {
    using rootfs = await rootfsOf(context, LAYERS);
    const known = join(rootfs.store.root, "rootfs-driver.json");
    const sound = existsSync(known) ? readFileSync(known, "utf8") : "";
    writeFileSync(known, text);
    assert.equal(rootfsDriver(rootfs.store), rootfs.plan.driver);
    if (rootfs.plan.driver === "overlay") assert.equal(readFileSync(known, "utf8"), sound);
  });
