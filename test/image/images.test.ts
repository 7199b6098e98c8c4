import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeImage, type TestImage } from "../support/image.ts";
import { ociArchive } from "../support/oci-archive.ts";
import { tarArchive } from "../support/tar-archive.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const hex = (digest: string) => digest.replace("sha256:", "");

test("images: a table", async () => {
  const [header, ...lines] = (await host.ok(["images"])).split("\n").map((line) => line.split(/\s{2,}/));
  assert.deepEqual(header, ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"]);
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.[0], "test.localhost/busybox");
  assert.equal(lines[0]?.[1], "latest");
  assert.match(lines[0]?.[2] ?? "", /^[0-9a-f]{12}$/);
  assert.match(lines[0]?.[3] ?? "", / years? ago$/);
  assert.match(lines[0]?.[4] ?? "", /^[\d.]+ MB$/);
});

describe("images --format", () => {
  for (const [format, expected] of [
    ["{{.Repository}}:{{.Tag}}", /^test\.localhost\/busybox:latest$/],
    ["{{.ID}}", /^[0-9a-f]{12}$/],
    ["table {{.Repository}}", /^REPOSITORY\ntest\.localhost\/busybox$/],
    ["{{.Digest}}", /^sha256:[0-9a-f]{64}$/],
  ] as const) {
    test(format, async () => assert.match(await host.ok(["images", "--format", format]), expected));
  }
});

test("images -q --no-trunc, --format json", async () => {
  assert.match(await host.ok(["images", "-q", "--no-trunc"]), /^sha256:[0-9a-f]{64}$/);
  const [image] = JSON.parse(await host.ok(["images", "--format", "json"]));
  assert.deepEqual(image.Names, [IMAGE]);
  assert.ok(image.Size > 0);
});

test("tag: another name for the same image; rmi of one name keeps the image", async () => {
  await host.ok(["tag", IMAGE, "mine:v1", "registry.example.com/x/y:z"]);
  const names = (await host.ok(["images", "--format", "{{.Repository}}:{{.Tag}}"])).split("\n").sort();
  assert.deepEqual(names, ["localhost/mine:v1", "registry.example.com/x/y:z", IMAGE]);
  assert.equal(await host.ok(["run", "--rm", "mine:v1", "echo", "runs"]), "runs");
  assert.equal(await host.ok(["rmi", "mine:v1"]), "Untagged: localhost/mine:v1");
  await host.ok(["rmi", "registry.example.com/x/y:z"]);
  assert.equal(await host.ok(["run", "--rm", IMAGE, "echo", "still"]), "still");
});

test("rmi: not while a container uses it, but with -f", async () => {
  await host.ok(["create", "--name", "user", IMAGE, "true"]);
  const refused = await host.tspod(["rmi", IMAGE]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^Error: .*in use by.*container/i);
  await host.ok(["rmi", "-f", IMAGE]);
  assert.equal(await host.ok(["images", "-q"]), "");
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("rmi: unknown", async () => {
  const result = await host.tspod(["rmi", "nosuch"]);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /^Error: nosuch: image not known\n$/);
});

test("rmi leaves no file of the image", {
  skip: process.env.TSPOD_TEST_PROGRAM !== undefined && "our own files",
}, () => {
  const files = (directory: string) =>
    execFileSync("find", [join(host.dataDirectory, "tspod", directory), "-mindepth", "1"], {
      encoding: "utf8",
    });
  assert.equal(files("images/blobs/sha256"), "");
  assert.equal(files("layers"), "");
});

function dockerArchive({ config, layers }: TestImage, name: string): Buffer {
  const manifest = [
    {
      Config: `${hex(config.digest)}.json`,
      RepoTags: [name],
      Layers: layers.map(({ digest }) => `${hex(digest)}.tar`),
    },
  ];
  return tarArchive([
    { path: `${hex(config.digest)}.json`, content: config.content },
    ...layers.map(({ digest, content }) => ({ path: `${hex(digest)}.tar`, content })),
    { path: "manifest.json", content: JSON.stringify(manifest) },
  ]);
}

describe("load", () => {
  for (const [name, archive] of [
    [
      "docker-archive",
      dockerArchive(makeImage({ compression: "none", format: "docker" }), "example.com/loaded:1"),
    ],
    ["oci-archive", ociArchive(makeImage(), "example.com/loaded:1")],
  ] as const) {
    test(`${name} from a file`, async () => {
      const file = join(host.directory, "archive.tar");
      writeFileSync(file, archive);
      const loaded = await host.tspod(["load", "-i", file]);
      assert.deepEqual([loaded.code, loaded.stdout], [0, "Loaded image: example.com/loaded:1\n"]);
      assert.match(
        loaded.stderr,
        /^Getting image source signatures\nCopying blob sha256:\w{64}\nCopying config sha256:\w{64}\nWriting manifest to image destination\n$/,
      );
      assert.equal((await host.tspod(["load", "-q", "-i", file])).stderr, "");
      assert.equal(await host.ok(["run", "--rm", "example.com/loaded:1", "echo", "loaded"]), "loaded");
      await host.ok(["rmi", "example.com/loaded:1"]);
    });

    test(`${name} from stdin`, async () => {
      assert.equal(await host.ok(["load"], { input: archive }), "Loaded image: example.com/loaded:1");
      await host.ok(["rmi", "example.com/loaded:1"]);
    });
  }

  test("what is no archive", async () => {
    const file = join(host.directory, "garbage");
    for (const text of ["not an archive at all", "x".repeat(5000)]) {
      writeFileSync(file, text);
      const result = await host.tspod(["load", "-i", file]);
      assert.equal(result.code, 125);
      assert.match(result.stderr, /^Error: .*payload does not match any of the supported image formats.*\n$/);
    }
  });

  test("a file that isn't there", async () => {
    const result = await host.tspod(["load", "-i", "/no/such/file"]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /^Error: .*no such file or directory/);
  });
});

test("the store is an OCI layout that skopeo reads", {
  skip: process.env.TSPOD_TEST_PROGRAM !== undefined && "our own files",
}, async () => {
  await host.ok(["pull", "-q", IMAGE]);
  const target = join(host.directory, "copied");
  mkdirSync(target);
  const source = `oci:${join(host.dataDirectory, "tspod/images")}:${IMAGE}`;
  execFileSync("skopeo", ["copy", "--quiet", source, `dir:${target}`], { env: { ...host.env } });
  assert.ok(existsSync(join(target, "manifest.json")));
});
