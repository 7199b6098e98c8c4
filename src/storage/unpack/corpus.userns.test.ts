import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { tmpDirectory, tmpStore } from "../../../test/fixtures/build-image.ts";
import { sha256 } from "../../oci/digest.ts";
import { mknodat, S_IFIFO } from "../../os/at.ts";
import { lgetxattr, llistxattr, lsetxattr } from "../../os/xattr.ts";
import { layerFiles, unpackLayer } from "../layers/layers.ts";

/*
 * Layers as GNU tar writes them in each of its formats, unpacked by us, and by umoci from an OCI layout: the
 * trees must be the same in everything that a layer says.
 */

const LONG = "long-".repeat(30);
const DEEP = Array.from({ length: 12 }, (_, index) => `a-directory-of-some-length-${index}`).join("/");

/** A tree with one of everything that a layer can hold. */
function makeTree(root: string): void {
  const at = (...names: string[]) => join(root, ...names);
  mkdirSync(at(DEEP), { recursive: true });
  writeFileSync(at(DEEP, "deep"), "deep");
  writeFileSync(at("plain"), "content\n");
  writeFileSync(at("empty"), "");
  writeFileSync(at("setuid"), "x");
  lchownSync(at("setuid"), 7, 8);
  chmodSync(at("setuid"), 0o4751);
  writeFileSync(at("unreadable"), "x");
  chmodSync(at("unreadable"), 0);
  mkdirSync(at("sticky"));
  lchownSync(at("sticky"), 1000, 1001);
  chmodSync(at("sticky"), 0o3777);
  writeFileSync(at(LONG), "long");
  linkSync(at(LONG), at("link-to-long"));
  linkSync(at("plain"), at("sticky", "link-to-plain"));
  symlinkSync("plain", at("symlink"));
  symlinkSync(`/${LONG}/${LONG}`, at("symlink-long"));
  lchownSync(at("symlink"), 3, 4);
  lutimesSync(at("symlink"), 1_111_111_111, 1_111_111_111);
  mknodat(-100, at("fifo"), { mode: S_IFIFO | 0o620 });
  writeFileSync(at(Buffer.from([0x66, 0xc3, 0xa4]).toString()), "not ASCII");
  makeSparse(at("sparse"), 3);
  makeSparse(at("sparse-many"), 40);
  utimesSync(at("plain"), 1_234_567_890.25, 1_234_567_890.25);
  utimesSync(at("empty"), -1000, -1000);
  utimesSync(at("sticky"), 1_000_000_001, 1_000_000_001);
}

/** A file of `runs` runs of data with holes between, and a hole at its end. */
function makeSparse(path: string, runs: number): void {
  const fd = openSync(path, "w");
  for (let run = 0; run < runs; run++) writeSync(fd, `run ${run}`, 65_536 * (2 * run + 1));
  ftruncateSync(fd, 65_536 * (2 * runs + 3));
  closeSync(fd);
}

/** Everything of a tree, a line for each of its names, sorted. */
function describeTree(root: string): string[] {
  const links = new Map<string, string>();
  const lines: string[] = [];
  function visit(name: string): void {
    const path = join(root, name);
    const { mode, uid, gid, size, ino, nlink, mtimeNs } = lstatSync(path, { bigint: true });
    const type = Number(mode) >> 12;
    const isDirectory = type === 4;
    if (!isDirectory && nlink > 1n) links.set(String(ino), links.get(String(ino)) ?? name);
    const content =
      type === 8 ? `${size} ${sha256(readFileSync(path))}` : type === 10 ? readlinkSync(path) : "";
    lines.push(
      `${name} ${Number(mode).toString(8)} ${uid}:${gid} ${mtimeNs} ${content} ${links.get(String(ino)) ?? ""} ${xattrsOf(path)}`,
    );
    if (isDirectory)
      for (const child of readdirSync(path).sort()) visit(name === "" ? child : `${name}/${child}`);
  }
  visit("");
  return lines;
}

function xattrsOf(path: string): string {
  return llistxattr(path)
    .filter((name) => !name.startsWith("user.rootlesscontainers") && name !== "user.overlay.opaque")
    .sort()
    .map((name) => `${name}=${lgetxattr(path, name).toString("hex")}`)
    .join(",");
}

async function unpackOurs(context: TestContext, tar: Buffer): Promise<string> {
  const store = tmpStore(context);
  const diffId = sha256(tar);
  const source = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < tar.length; at += 10_007) yield tar.subarray(at, at + 10_007);
  };
  await unpackLayer(store, { chainId: diffId, diffId, below: [], source: source() });
  return layerFiles(store, diffId);
}

function unpackUmoci(context: TestContext, tar: Buffer): string {
  const directory = tmpDirectory(context);
  const layout = join(directory, "layout");
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  const put = (content: Buffer | string) => {
    const digest = sha256(content);
    writeFileSync(join(layout, "blobs/sha256", digest.slice(7)), content);
    return { digest, size: Buffer.byteLength(content) };
  };
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [sha256(tar)] },
    config: {},
  });
  const type = (name: string) => `application/vnd.oci.image.${name}`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type("manifest.v1+json"),
    config: { mediaType: type("config.v1+json"), ...put(config) },
    layers: [{ mediaType: type("layer.v1.tar"), ...put(tar) }],
  });
  const entry = {
    mediaType: type("manifest.v1+json"),
    ...put(manifest),
    annotations: { "org.opencontainers.image.ref.name": "x" },
  };
  writeFileSync(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  execFileSync("umoci", ["unpack", "--image", `${layout}:x`, join(directory, "bundle")], { stdio: "pipe" });
  return join(directory, "bundle/rootfs");
}

const FORMATS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["gnu", ["--format=gnu"]],
  ["gnu, sparse files", ["--format=gnu", "--sparse"]],
  ["oldgnu, sparse files", ["--format=oldgnu", "--sparse"]],
  ["posix", ["--format=posix"]],
  ["posix, sparse 0.0", ["--format=posix", "--sparse", "--sparse-version=0.0"]],
  ["posix, sparse 0.1", ["--format=posix", "--sparse", "--sparse-version=0.1"]],
  ["posix, sparse 1.0", ["--format=posix", "--sparse", "--sparse-version=1.0"]],
  ["posix with xattrs", ["--format=posix", "--xattrs", "--xattrs-include=*"]],
];

/** umoci 0.4.7 does not know these: compared with what GNU tar makes of its own archive instead. */
const NOT_FOR_UMOCI = /sparse/;

for (const [name, args] of FORMATS) {
  test(`a layer in GNU tar's format ${name}`, async (context) => {
    const root = join(tmpDirectory(context), "tree");
    mkdirSync(root);
    makeTree(root);
    if (args.includes("--xattrs")) setXattrs(root);
    const tar = execFileSync("tar", ["-C", root, "--numeric-owner", ...args, "-cf", "-", "."], {
      maxBuffer: 1 << 30,
    });
    const ours = describeTree(await unpackOurs(context, tar));
    const theirs = NOT_FOR_UMOCI.test(name) ? unpackTar(context, tar) : unpackUmoci(context, tar);
    assert.deepEqual(ours, describeTree(theirs));
    assert.ok(ours.some((line) => line.startsWith(`${LONG} `)));
  });
}

test("sparse files take no more room than their data", async (context) => {
  const root = join(tmpDirectory(context), "tree");
  mkdirSync(root);
  makeSparse(join(root, "sparse"), 2);
  for (const format of ["gnu", "posix"]) {
    const tar = execFileSync("tar", ["-C", root, "--sparse", `--format=${format}`, "-cf", "-", "."]);
    const { size, blocks } = lstatSync(join(await unpackOurs(context, tar), "sparse"));
    assert.ok(blocks * 512 < size / 2, `${format}: ${blocks} blocks`);
  }
});

function setXattrs(root: string): void {
  lsetxattr(join(root, "plain"), "user.text", Buffer.from("value"));
  lsetxattr(join(root, "plain"), "user.bytes", Buffer.from([0, 10, 61, 255]));
  lsetxattr(join(root, "sticky"), "user.on-a-directory", Buffer.from("v"));
  const capability = Buffer.from("0100000200200000000000000000000000000000", "hex");
  lsetxattr(join(root, "setuid"), "security.capability", capability);
}

function unpackTar(context: TestContext, tar: Buffer): string {
  const root = tmpDirectory(context);
  execFileSync("tar", ["-C", root, "--numeric-owner", "-pxf", "-"], { input: tar });
  return root;
}
