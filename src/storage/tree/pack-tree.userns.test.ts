import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildImage, storeContent, tmpDirectory, tmpStore } from "../../../test/fixtures/build-image.ts";
import { type BuiltEntry, buildTar } from "../../../test/fixtures/build-tar.ts";
import { mknodat, S_IFCHR } from "../../os/at.ts";
import { lsetxattr } from "../../os/xattr.ts";
import { layerFiles } from "../layers/layers.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { tarReader } from "../tar/tar-reader.ts";
import { packTree } from "./pack-tree.ts";

async function pack(root: string, whiteouts = true): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const mountPoints = new Set(["etc/hosts"]);
  for await (const chunk of packTree(root, { whiteouts, mountPoints })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function list(tar: Buffer): { entry: TarEntry; body: string }[] {
  const found: { entry: TarEntry; body: string }[] = [];
  const reader = tarReader((entry) => {
    const each = { entry, body: "" };
    found.push(each);
    return {
      write(chunk) {
        each.body += chunk.toString();
      },
      end: () => undefined,
      abort: () => undefined,
    };
  });
  reader.write(tar);
  reader.end();
  return found;
}

const names = (tar: Buffer) => list(tar).map(({ entry }) => entry.name);

test("what was unpacked is packed again as it was", async (context: TestContext) => {
  const entries: readonly BuiltEntry[] = [
    { name: "./", mode: 0o711, mtime: 5 },
    { name: "a", body: "content", mode: 0o4711, uid: 8, gid: 9, mtime: 7 },
    { name: "b", type: "1", link: "a", mode: 0o4711, uid: 8, gid: 9, mtime: 7 },
    { name: "d/", mode: 0o1770, uid: 3, mtime: 9 },
    { name: "d/.wh..wh..opq", mode: 0, mtime: 0 },
    { name: "d/f", pax: { "SCHILY.xattr.user.k": Buffer.from([0, 10, 255]) } },
    { name: "d/.wh.gone", mode: 0, mtime: 0 },
    { name: "p", type: "6", mode: 0o620 },
    { name: "s", type: "2", link: "/etc", mode: 0o777 },
  ];
  const store = tmpStore(context);
  const image = buildImage([entries]);
  await storeContent(store, image);
  const [chainId] = image.chain;
  assert.ok(chainId !== undefined);
  const packed = await pack(layerFiles(store, chainId));
  const sorted = (tar: Buffer) => list(tar).sort((x, y) => (x.entry.name < y.entry.name ? -1 : 1));
  assert.deepEqual(sorted(packed), sorted(buildTar(entries)));
  assert.ok(packed.equals(await pack(layerFiles(store, chainId))), "the same bytes again");
});

test("overlayfs's and the machine's own xattrs, sockets and mount points stay behind", async (context) => {
  const root = tmpDirectory(context);
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc/hosts"), "");
  writeFileSync(join(root, "etc/mine"), "");
  lsetxattr(join(root, "etc"), "user.overlay.origin", Buffer.from("x"));
  lsetxattr(join(root, "etc"), "user.kept", Buffer.from("x"));
  const server = createServer().listen(join(root, "socket"));
  context.after(() => server.close());
  await new Promise((listening) => server.once("listening", listening));
  const found = list(await pack(root));
  assert.deepEqual(
    found.map(({ entry }) => entry.name),
    ["./", "etc/", "etc/mine"],
  );
  assert.deepEqual(
    found[1]?.entry.xattrs.map(({ name }) => name),
    ["user.kept"],
  );
});

test("a whole root file system has no whiteouts; symlinks are not followed", async (context) => {
  const root = tmpDirectory(context);
  mknodat(-100, join(root, "gone"), { mode: S_IFCHR, major: 0, minor: 0 });
  symlinkSync("/etc", join(root, "link"));
  assert.deepEqual(names(await pack(root, false)), ["./", "link"]);
  assert.deepEqual(names(await pack(root)), ["./", ".wh.gone", "link"]);
});
