import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeBlob, makeImage, type TestImage } from "../support/image.ts";
import { ociArchive } from "../support/oci-archive.ts";
import { tarArchive } from "../support/tar-archive.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host, registry } = world;
const base = makeImage();
const blobs = join(host.dataDirectory, "tspod/images/blobs/sha256");

/** busybox with something else in its config, whose manifest fits. */
function withConfig(change: (config: Record<string, unknown>) => unknown): TestImage {
  const config = JSON.parse(base.config.content.toString());
  const blob = makeBlob(base.config.mediaType, Buffer.from(JSON.stringify(change(config))));
  const manifest = JSON.parse(base.manifest.content.toString());
  manifest.config = { mediaType: blob.mediaType, digest: blob.digest, size: blob.content.length };
  return {
    ...base,
    config: blob,
    manifest: makeBlob(base.manifest.mediaType, Buffer.from(JSON.stringify(manifest))),
  };
}

const inProcess = (key: string, value: unknown) =>
  withConfig((config) => ({ ...config, config: { ...(config.config as object), [key]: value } }));
const atTop = (key: string, value: unknown) => withConfig((config) => ({ ...config, [key]: value }));

const VALUES: readonly unknown[] = [7, "text", [7], [["x"]], { a: 1 }, true];
const FIELDS = [
  "Env",
  "Cmd",
  "Entrypoint",
  "User",
  "WorkingDir",
  "StopSignal",
  "Volumes",
  "ExposedPorts",
  "Labels",
  "Healthcheck",
];
/** A value of the right type, which must be taken. */
const RIGHT = new Set(['User "text"', 'WorkingDir "text"', 'StopSignal "text"', 'Healthcheck {"a":1}']);

describe("an image config of wrong types is refused where it comes in, and nothing of it stays", () => {
  const cases = [...FIELDS.flatMap((key) => VALUES.map((value) => [key, value] as const))].filter(
    ([key, value]) => !RIGHT.has(`${key} ${JSON.stringify(value)}`),
  );
  const archive = join(host.directory, "hostile.tar");

  test("in a registry, an OCI archive and a Docker archive", async () => {
    const before = readdirSync(blobs).length;
    for (const [index, [key, value]] of cases.entries()) {
      const image = inProcess(key, value);
      const [args, what] = place(image, index);
      const { code, stdout, stderr } = await host.tspod(args);
      const said = `${what} ${key} ${JSON.stringify(value)}: ${stderr}`;
      assert.deepEqual([code, stdout], [125, ""], said);
      assert.match(
        stderr,
        new RegExp(`Error: [^\n]*invalid image config at config\\.${key}[^\n]*: it must be [^\n]*\n$`),
        said,
      );
    }
    assert.equal(await host.ok(["images", "--format", "{{.Repository}}"]), "test.localhost/busybox");
    await host.ok(["image", "prune", "-f"]);
    assert.equal(readdirSync(blobs).length, before);
  });

  /** Each way in has its turn. */
  function place(image: TestImage, index: number): [readonly string[], string] {
    if (index % 3 === 0) {
      registry.add(`hostile${index}`, "latest", image);
      return [["pull", "-q", `test.localhost/hostile${index}`], "pull"];
    }
    writeFileSync(archive, index % 3 === 1 ? ociArchive(image, "hostile") : dockerArchive(image));
    return [["load", "-q", "-i", archive], index % 3 === 1 ? "load oci" : "load docker"];
  }
});

function dockerArchive({ config, layers }: TestImage): Buffer {
  const hex = createHash("sha256").update(config.content).digest("hex");
  return tarArchive([
    { path: `${hex}.json`, content: config.content },
    ...layers.map(({ content }, index) => ({ path: `${index}.tar`, content })),
    {
      path: "manifest.json",
      content: JSON.stringify([
        { Config: `${hex}.json`, RepoTags: null, Layers: layers.map((_, at) => `${at}.tar`) },
      ]),
    },
  ]);
}

describe("what Go's decoder takes is taken", () => {
  const images: readonly (readonly [string, TestImage])[] = [
    ["WorkingDir: null", inProcess("WorkingDir", null)],
    [
      "all of the process null",
      withConfig((config) => ({ ...config, config: Object.fromEntries(FIELDS.map((key) => [key, null])) })),
    ],
    ["config: null", atTop("config", null)],
    [
      "history and created: null",
      withConfig((config) => ({ ...config, history: null, created: null, author: null })),
    ],
    ["a created that is no time", atTop("created", "yesterday")],
    ["a working directory, a user and a signal of odd texts", inProcess("WorkingDir", "text")],
  ];
  for (const [index, [name, image]] of images.entries())
    test(name, async () => {
      const repository = `odd${index}`;
      registry.add(repository, "latest", image);
      await host.ok(["pull", "-q", `test.localhost/${repository}`]);
      for (const args of [
        ["images", "--format", "json"],
        ["inspect", `test.localhost/${repository}`],
        ["history", `test.localhost/${repository}`],
        ["run", "--rm", `test.localhost/${repository}`, "true"],
      ]) {
        const result = await host.tspod(args);
        assert.equal(result.code, 0, result.stderr);
        assert.equal(result.stderr, "");
      }
      await host.ok(["rmi", `test.localhost/${repository}`]);
    });
});

describe("texts that mean nothing end a run in one line", () => {
  const odd: readonly (readonly [string, unknown])[] = [
    ["User", "nobody:nosuch:x"],
    ["User", "\x1b[2J"],
    ["StopSignal", "SIGNONE"],
    ["WorkingDir", "\0"],
    ["WorkingDir", "../../.."],
    ["Env", ["", "=", "A\0=b", "\x1b[2J=x"]],
    ["Entrypoint", [""]],
    ["Entrypoint", ["\0"]],
    ["Cmd", ["\ud800"]],
    ["Volumes", { "": {}, "..": {}, "/../..": {}, "a\0b": {} }],
    ["ExposedPorts", { "": {}, "x/y": {}, "70000/tcp": {}, "1-2": {} }],
    ["Healthcheck", { Test: ["NONSENSE"], Interval: -5, Retries: -1 }],
    ["Labels", { "": "", "\x1b[2J": "\x1b[2J" }],
  ];
  test("and never in a stack trace", async () => {
    const taken: string[] = [];
    for (const [index, [key, value]] of odd.entries()) {
      const name = `test.localhost/text${index}`;
      registry.add(`text${index}`, "latest", inProcess(key, value));
      const pulled = await host.tspod(["pull", "-q", name]);
      const commands = [
        ["run", "--rm", name, "true"],
        ["create", "--rm", name],
        ["inspect", name],
        ["history", name],
        ["images"],
      ];
      if (pulled.code === 0) taken.push(name);
      else assert.match(pulled.stderr, /^Error: [^\n]+\n$/, `${key} ${JSON.stringify(value)}`);
      for (const args of pulled.code === 0 ? commands : []) {
        const { stderr, stdout } = await host.tspod(args);
        assert.doesNotMatch(
          stderr,
          /this is a bug|^ {4}at /m,
          `${key} ${JSON.stringify(value)}: ${args.join(" ")}`,
        );
        assert.ok(!stderr.includes("\x1b["), `${key}: ${args.join(" ")}`);
        assert.ok(typeof stdout === "string");
      }
    }
    await host.ok(["rm", "-fa"]);
    await host.ok(["rmi", ...taken]);
  });
});

test("an image that an earlier tspod took is shown as unreadable, the others as ever, and it can be removed", async () => {
  const image = inProcess("Env", {});
  for (const blob of [image.config, image.manifest, ...image.layers]) {
    const path = join(blobs, blob.digest.slice("sha256:".length));
    if (!existsSync(path)) writeFileSync(path, blob.content);
  }
  const index = join(blobs, "../../index.json");
  const layout = JSON.parse(await readText(index));
  layout.manifests.push({
    mediaType: image.manifest.mediaType,
    digest: image.manifest.digest,
    size: image.manifest.content.length,
    annotations: { "org.opencontainers.image.ref.name": "test.localhost/old:1" },
  });
  writeFileSync(index, JSON.stringify(layout));
  const { code, stdout, stderr } = await host.tspod(["images", "--format", "{{.Repository}}"]);
  assert.deepEqual([code, stdout], [0, "test.localhost/busybox\n"]);
  assert.match(
    stderr,
    /^WARN\[0000\] image test\.localhost\/old:1 can't be read: [^\n]*invalid image config at config\.Env: it must be a list\n$/,
  );
  const run = await host.tspod(["run", "--rm", "test.localhost/old:1", "true"]);
  assert.equal(run.code, 125);
  assert.match(run.stderr, /invalid image config at config\.Env: it must be a list\n$/);
  await host.ok(["rmi", "test.localhost/old:1"]);
  assert.deepEqual(await host.tspod(["images", "--format", "{{.Repository}}"]), {
    code: 0,
    stdout: "test.localhost/busybox\n",
    stderr: "",
  });
  await host.ok(["run", "--rm", IMAGE, "true"]);
});

async function readText(path: string): Promise<string> {
  return host.ok(["unshare", "cat", path]);
}
