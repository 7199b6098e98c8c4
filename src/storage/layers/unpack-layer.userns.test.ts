import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type BuiltEntry, buildTar } from "../../../test/fixtures/build-tar.ts";
import { chainIds } from "../../oci/chain-id.ts";
import { type Digest, sha256 } from "../../oci/digest.ts";
import { lgetxattr, llistxattr } from "../../os/xattr.ts";
import { openStore, type Store } from "../store.ts";
import { layerBatch } from "./layer-batch.ts";
import { hasLayer, layerFiles, unpackLayer } from "./layers.ts";

function tmpStore(context: TestContext): Store {
  const root = mkdtempSync(join(tmpdir(), "tspod-unpack-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  return openStore(join(root, "store"));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Unpack layers, base first, side by side as a pull does. @returns directories of their files */
async function unpackAll(store: Store, layers: readonly (readonly BuiltEntry[])[]): Promise<string[]> {
  const tars = layers.map(buildTar);
  const diffIds = tars.map((tar) => sha256(tar));
  const chain = chainIds(diffIds);
  const batch = layerBatch(store);
  const stacked = tars.map((tar, index) => {
    const request = {
      chainId: chain[index] as Digest,
      diffId: diffIds[index] as Digest,
      below: chain.slice(0, index),
      source: once(tar),
    };
    return batch.stack(async (place) => void (await unpackLayer(store, { ...request, place })));
  });
  await Promise.all(stacked.map(({ committed }) => committed));
  return chain.map((id) => layerFiles(store, id));
}

function isWhiteout(path: string): boolean {
  const status = lstatSync(path);
  return status.isCharacterDevice() && status.rdev === 0;
}

function isOpaque(path: string): boolean {
  return llistxattr(path).includes("user.overlay.opaque");
}

test("owner, mode and times are the entry's, setuid too", async (context) => {
  const [files = ""] = await unpackAll(tmpStore(context), [
    [
      { name: "d/", mode: 0o2750, uid: 5, gid: 6, mtime: 7 },
      { name: "d/f", mode: 0o4711, uid: 8, gid: 9, body: "x", pax: { mtime: "12.000000345" } },
      { name: "d/plain", mode: 0o666 },
    ],
  ]);
  const directory = lstatSync(join(files, "d"));
  assert.deepEqual(
    [directory.mode & 0o7777, directory.uid, directory.gid, directory.mtimeMs],
    [0o2750, 5, 6, 7000],
  );
  const file = lstatSync(join(files, "d/f"), { bigint: true });
  assert.deepEqual(
    [Number(file.mode) & 0o7777, file.uid, file.gid, file.mtimeNs],
    [0o4711, 8n, 9n, 12_000_000_345n],
  );
  const plain = lstatSync(join(files, "d/plain"));
  assert.deepEqual([plain.mode & 0o7777, plain.uid, plain.gid], [0o666, 0, 0]);
});

test("whiteouts and opaque directories, wherever in the tar they stand", async (context) => {
  const [, files = ""] = await unpackAll(tmpStore(context), [
    [{ name: "a/" }, { name: "a/x" }, { name: "b/" }, { name: "c/" }, { name: "e/" }],
    [
      { name: "a/.wh.x" },
      { name: "a/.wh..wh.plnk" },
      { name: "b/new" },
      { name: "b/.wh..wh..opq" },
      { name: ".wh.c" },
      { name: "c/" },
      { name: "c/new" },
      { name: ".wh.e" },
      { name: "e/implied" },
    ],
  ]);
  assert.ok(isWhiteout(join(files, "a/x")));
  assert.deepEqual(readdirSync(join(files, "a")), ["x"]);
  assert.ok(!isOpaque(join(files, "a")));
  assert.deepEqual(readdirSync(join(files, "b")), ["new"]);
  for (const name of ["b", "c", "e"]) assert.ok(isOpaque(join(files, name)), name);
});

test("an implied directory takes its attributes from the layer below", async (context) => {
  const [, files = "", alone = ""] = await unpackAll(tmpStore(context), [
    [
      { name: "./", mode: 0o711 },
      { name: "d/", mode: 0o1770, uid: 3, gid: 4, mtime: 99 },
    ],
    [{ name: "d/f" }],
    [{ name: "other/f" }],
  ]);
  const directory = lstatSync(join(files, "d"));
  assert.deepEqual(
    [directory.mode & 0o7777, directory.uid, directory.gid, directory.mtimeMs],
    [0o1770, 3, 4, 99_000],
  );
  assert.equal(lstatSync(files).mode & 0o7777, 0o711);
  const other = lstatSync(join(alone, "other"));
  assert.deepEqual([other.mode & 0o7777, other.uid, other.gid], [0o755, 0, 0]);
});

test("hard links: within the layer, and to a file of a layer below", async (context) => {
  const [base = "", files = ""] = await unpackAll(tmpStore(context), [
    [
      { name: "d/" },
      { name: "d/f", body: "lower", mode: 0o640, uid: 2 },
      { name: "l", type: "1", link: "./d/f" },
    ],
    [
      { name: "a", type: "1", link: "d/f" },
      { name: "b", type: "1", link: "a" },
      { name: "c", type: "1", link: "/d/f" },
    ],
  ]);
  assert.equal(lstatSync(join(base, "l")).ino, lstatSync(join(base, "d/f")).ino);
  assert.equal(readFileSync(join(files, "a"), "utf8"), "lower");
  const status = lstatSync(join(files, "a"));
  assert.deepEqual([status.mode & 0o7777, status.uid, status.nlink], [0o640, 2, 3]);
  assert.equal(status.ino, lstatSync(join(files, "c")).ino);
});

test("later entries replace earlier ones; a directory over a directory only changes it", async (context) => {
  const [files = ""] = await unpackAll(tmpStore(context), [
    [
      { name: "a", body: "1" },
      { name: "a", body: "2" },
      { name: "d/" },
      { name: "d/f" },
      { name: "d/", mode: 0o700 },
      { name: "x/" },
      { name: "x/deep/f" },
      { name: "x", type: "2", link: "/etc" },
    ],
  ]);
  assert.equal(readFileSync(join(files, "a"), "utf8"), "2");
  assert.ok(existsSync(join(files, "d/f")));
  assert.equal(lstatSync(join(files, "d")).mode & 0o777, 0o700);
  assert.equal(readlinkSync(join(files, "x")), "/etc");
});

test("xattrs: capabilities are kept, overlayfs's own are not the layer's to set", async (context) => {
  const capability = Buffer.from("0100000200200000000000000000000000000000", "hex");
  const [files = ""] = await unpackAll(tmpStore(context), [
    [
      {
        name: "f",
        body: "x",
        uid: 1,
        pax: {
          "SCHILY.xattr.security.capability": capability,
          "SCHILY.xattr.user.overlay.opaque": "y",
          "SCHILY.xattr.trusted.overlay.redirect": "/etc",
          "SCHILY.xattr.security.selinux": "label",
          "SCHILY.xattr.user.mine": "v",
        },
      },
    ],
  ]);
  const path = join(files, "f");
  assert.deepEqual(llistxattr(path).sort(), ["security.capability", "user.mine"]);
  assert.deepEqual(lgetxattr(path, "security.capability").subarray(4), capability.subarray(4));
});

test("a symlink in the way is followed inside the layer only", async (context) => {
  const [files = ""] = await unpackAll(tmpStore(context), [
    [
      { name: "etc/" },
      { name: "abs", type: "2", link: "/etc" },
      { name: "abs/passwd", body: "ours" },
      { name: "up", type: "2", link: "../../../../etc" },
      { name: "up/group", body: "ours" },
    ],
  ]);
  assert.deepEqual(readdirSync(join(files, "etc")).sort(), ["group", "passwd"]);
});

const HOSTILE: readonly (readonly [string, readonly BuiltEntry[], RegExp])[] = [
  ["a name that leads out", [{ name: "../evil", body: "x" }], /leads out/],
  ["a name that leads out further in", [{ name: "a/../../evil" }], /leads out/],
  ["a hard link out", [{ name: "l", type: "1", link: "../../../etc/passwd" }], /leads out/],
  ["a hard link to what is only outside", [{ name: "l", type: "1", link: "/etc/passwd" }], /not there/],
  [
    "a hard link through a symlink out",
    [
      { name: "s", type: "2", link: "/" },
      { name: "l", type: "1", link: "s/etc/passwd" },
    ],
    /not there/,
  ],
  ["a whiteout of nothing", [{ name: ".wh." }], /whiteout/],
  ["a whiteout of the parent", [{ name: "a/.wh...", body: "" }], /whiteout/],
  ["a root that is no directory", [{ name: "./", type: "2", link: "/etc" }], /root/],
  ["a file as a directory", [{ name: "f" }, { name: "f/g" }], /unpacking "f\/g"/],
];

for (const [name, entries, message] of HOSTILE) {
  test(`refused, and nothing left: ${name}`, async (context) => {
    const store = tmpStore(context);
    await assert.rejects(unpackAll(store, [entries]), message);
    assert.deepEqual(readdirSync(store.layers), []);
    assert.deepEqual(readdirSync(store.tmp), []);
  });
}

test("devices are left out, also a 0:0 one", async (context) => {
  const [files = ""] = await unpackAll(tmpStore(context), [
    [
      { name: "null", type: "3" },
      { name: "sda", type: "4" },
      { name: "p", type: "6" },
    ],
  ]);
  assert.deepEqual(readdirSync(files), ["p"]);
  assert.ok(lstatSync(join(files, "p")).isFIFO());
});

test("another diffID is refused", async (context) => {
  const store = tmpStore(context);
  const tar = buildTar([{ name: "a" }]);
  const wrong = sha256("something else");
  const request = { chainId: wrong, diffId: wrong, below: [], source: once(tar) };
  await assert.rejects(unpackLayer(store, request), /diffID/);
  assert.equal(hasLayer(store, wrong), false);
});
