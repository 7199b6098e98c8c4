import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createReadStream, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type BuiltImage, buildImage, tmpDirectory, tmpStore } from "../../../test/fixtures/build-image.ts";
import { type BuiltEntry, buildTar } from "../../../test/fixtures/build-tar.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestHex, sha256 } from "../../oci/digest.ts";
import { listImages } from "../images/stored-image.ts";
import { layerFiles } from "../layers/layers.ts";
import type { Store } from "../store.ts";
import { type LoadedImage, loadArchive } from "./load-archive.ts";

const image = buildImage([[{ name: "base" }], [{ name: "top" }]]);
const { config: configDescriptor } = JSON.parse(image.manifest) as { config: Descriptor };
const id = configDescriptor.digest;

function blobs({ manifest, config, tars }: BuiltImage): BuiltEntry[] {
  const contents = [Buffer.from(manifest), Buffer.from(config), ...tars];
  return [
    { name: "blobs/" },
    { name: "blobs/sha256/" },
    ...contents.map((body) => ({ name: `blobs/sha256/${digestHex(sha256(body))}`, body })),
  ];
}

function layout(manifests: readonly object[]): BuiltEntry[] {
  return [
    { name: "oci-layout", body: '{"imageLayoutVersion":"1.0.0"}' },
    { name: "index.json", body: JSON.stringify({ schemaVersion: 2, manifests }) },
  ];
}

function named(descriptor: object, annotations: Record<string, string>): object {
  return { ...descriptor, annotations };
}

function manifestJson(layers: readonly string[], tags: readonly string[] | null, config: string): BuiltEntry {
  return {
    name: "manifest.json",
    body: JSON.stringify([{ Config: config, RepoTags: tags, Layers: layers }]),
  };
}

const REF = "org.opencontainers.image.ref.name";
const configFile = `${digestHex(id)}.json`;
const tarFiles = image.diffIds.map((diffId) => `${digestHex(diffId)}.tar`);
const plain = [
  ...image.tars.map((body, index): BuiltEntry => ({ name: tarFiles[index] ?? "", body })),
  { name: configFile, body: image.config },
];
const index = JSON.stringify({ schemaVersion: 2, manifests: [image.descriptor] });
const indexDescriptor = {
  mediaType: "application/vnd.oci.image.index.v1+json",
  digest: sha256(index),
  size: index.length,
};

/** What it is, the archive, the names it loads as. */
const ARCHIVES: readonly (readonly [string, readonly BuiltEntry[], readonly string[]])[] = [
  [
    "docker-archive",
    [...plain, manifestJson(tarFiles, ["example.com/a:1", "b:2"], configFile)],
    ["example.com/a:1", "docker.io/library/b:2"],
  ],
  ["docker-archive without a name", [...plain, manifestJson(tarFiles, null, configFile)], []],
  [
    "an old docker save, its layers in directories and linked",
    [
      { name: "aa/" },
      { name: "aa/VERSION", body: "1.0" },
      { name: "aa/json", body: "{}" },
      { name: "aa/layer.tar", body: image.tars[0] ?? "" },
      { name: "cc/layer.tar", body: image.tars[1] ?? "" },
      { name: "bb/layer.tar", type: "2", link: "../cc/layer.tar" },
      { name: configFile, body: image.config },
      { name: "repositories", body: '{"old":{"1":"bb"}}' },
      manifestJson(["aa/layer.tar", "bb/layer.tar"], ["old:1"], configFile),
    ],
    ["docker.io/library/old:1"],
  ],
  [
    "a docker save of today: both layouts in one",
    [
      ...blobs(image),
      ...layout([named(image.descriptor, { [REF]: "3", "io.containerd.image.name": "docker.io/x/y:3" })]),
      manifestJson(
        image.diffIds.map((diffId) => `blobs/sha256/${digestHex(diffId)}`),
        ["x/y:3"],
        `blobs/sha256/${digestHex(id)}`,
      ),
    ],
    ["docker.io/x/y:3"],
  ],
  [
    "oci-archive",
    [...blobs(image), ...layout([named(image.descriptor, { [REF]: "example.com/a:1" })])],
    ["example.com/a:1"],
  ],
  [
    "oci-archive with two names for one image, one of them a mere tag",
    [
      ...layout([named(image.descriptor, { [REF]: "q.io/a:1" }), named(image.descriptor, { [REF]: "v1" })]),
      ...blobs(image),
    ],
    ["q.io/a:1", "localhost/v1:latest"],
  ],
  [
    "oci-archive with an index in the index",
    [
      ...blobs(image),
      { name: `blobs/sha256/${digestHex(indexDescriptor.digest)}`, body: index },
      ...layout([named(indexDescriptor, { [REF]: "example.com/many:1" })]),
    ],
    ["example.com/many:1"],
  ],
];

function load(store: Store, source: string | Readable): Promise<LoadedImage[]> {
  return loadArchive(store, source, {
    choose: (manifests) => {
      const [first] = manifests;
      if (first === undefined) throw new Error("an empty index");
      return first;
    },
  });
}

function checkLoaded(store: Store, loaded: readonly LoadedImage[], names: readonly string[]): void {
  assert.deepEqual(loaded, [{ names, id }]);
  assert.deepEqual(
    listImages(store).map((each) => [each.id, [...each.names].sort()]),
    [[id, [...names].sort()]],
  );
  const [base, top] = image.chain;
  assert.ok(base !== undefined && top !== undefined);
  assert.deepEqual(
    [readdirSync(layerFiles(store, base)), readdirSync(layerFiles(store, top))],
    [["base"], ["top"]],
  );
  assert.deepEqual([readdirSync(store.tmp), readdirSync(store.partial)], [[], []]);
}

function archiveFile(context: TestContext, content: Buffer): string {
  const path = join(tmpDirectory(context), "archive");
  writeFileSync(path, content);
  return path;
}

for (const [name, entries, names] of ARCHIVES) {
  test(`load: ${name}`, async (context) => {
    const store = tmpStore(context);
    const path = archiveFile(context, buildTar(entries));
    checkLoaded(store, await load(store, path), names);
    assert.deepEqual(await load(store, path), [{ names, id }], "a second time");
  });
}

const [, entries = [], names = []] = ARCHIVES[0] ?? [];
const xz = (content: Buffer) => execFileSync("xz", ["-0c"], { input: content });
const bzip2 = (content: Buffer) => execFileSync("bzip2", ["-1c"], { input: content });
for (const [name, compress] of [
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
  ["xz", xz],
  ["bzip2", bzip2],
] as const) {
  test(`load: compressed as a whole with ${name}, from a file and a stream`, async (context) => {
    const path = archiveFile(context, compress(buildTar(entries)));
    const first = tmpStore(context);
    checkLoaded(first, await load(first, path), names);
    const second = tmpStore(context);
    checkLoaded(second, await load(second, createReadStream(path)), names);
  });
}

test("load: layers that are compressed one by one keep their digest", async (context) => {
  const store = tmpStore(context);
  const zipped = image.tars.map((tar) => gzipSync(tar));
  const files = [
    ...zipped.map((body, at): BuiltEntry => ({ name: tarFiles[at] ?? "", body })),
    { name: configFile, body: image.config },
    manifestJson(tarFiles, ["z:1"], configFile),
  ];
  await load(store, Readable.from([buildTar(files)]));
  assert.deepEqual(
    listImages(store)[0]?.manifest.layers.map(({ digest }) => digest),
    zipped.map((content) => sha256(content)),
  );
});

const DAMAGED: readonly (readonly [string, readonly BuiltEntry[], RegExp])[] = [
  ["nothing known in it", [{ name: "readme" }], /payload does not match any of the supported image formats/],
  ["a layer that is not there", [plain[0] ?? { name: "" }, ...entries.slice(2)], /is not in it/],
  [
    "a layer with other content",
    [{ name: tarFiles[0] ?? "", body: image.tars[1] ?? "" }, ...entries.slice(1)],
    /is not what its descriptor says/,
  ],
  [
    "a config with other layers",
    [...plain, manifestJson(tarFiles.slice(1), [], configFile)],
    /names 2 layers, its manifest 1/,
  ],
  ["no JSON", [{ name: "manifest.json", body: "{" }], /no JSON/],
  [
    "a name that leads out",
    [...plain, manifestJson(["../../etc/passwd"], [], configFile)],
    /is not in it|names 2 layers/,
  ],
];
for (const [name, archive, message] of DAMAGED) {
  test(`load refuses ${name}, and leaves nothing`, async (context) => {
    const store = tmpStore(context);
    await assert.rejects(load(store, archiveFile(context, buildTar(archive))), message);
    assert.deepEqual(listImages(store), []);
    assert.deepEqual([readdirSync(store.tmp), readdirSync(store.partial)], [[], []]);
  });
}

test("load: a compressed archive of many chunks keeps its bytes", async (context) => {
  const body = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 2_654_435_761) >>> 24));
  const large = buildImage([[{ name: "large", body }]]);
  const [tar = Buffer.alloc(0), file = "layer.tar"] = [large.tars[0]];
  const config = `${digestHex(sha256(large.config))}.json`;
  const files = [
    { name: file, body: tar },
    { name: config, body: large.config },
    manifestJson([file], ["large:1"], config),
  ];
  for (const compress of [gzipSync, zstdCompressSync]) {
    const store = tmpStore(context);
    const path = archiveFile(context, compress(buildTar(files)));
    const [loaded] = await load(store, path);
    assert.deepEqual(loaded?.names, ["docker.io/library/large:1"]);
  }
});

test("load refuses a compressed archive that breaks off", async (context) => {
  const store = tmpStore(context);
  const whole = gzipSync(buildTar(entries));
  const path = archiveFile(context, whole.subarray(0, whole.length / 2));
  await assert.rejects(load(store, path), /damaged compressed data/);
  assert.deepEqual(readdirSync(store.tmp), []);
});
