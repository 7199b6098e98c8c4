import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeImage } from "../support/image.ts";
import { requireProgram } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

/*
 * Artifacts in lists: `manifest add --artifact`. Digests are those that podman 5.8.6 makes of the same files.
 */

const skopeo = requireProgram("skopeo", "skopeo");
const world = await makeWorld({ images: {} });
after(async () => {
  registries.close();
  await world.close();
});
const { host, registry } = world;
const registries = dockerRegistries();
const target = await registries.start();

const own = makeImage();
registry.add("own", "1", own);
await host.ok(["pull", "-q", "test.localhost/own:1"]);
await host.ok(["tag", "test.localhost/own:1", "own:1"]);

const file = (name: string): string => join(host.directory, name);
writeFileSync(file("listed.txt"), "oh yeah\n");
writeFileSync(file("zeroes"), "");
truncateSync(file("zeroes"), 20 * 1024 * 1024);
writeFileSync(file("config.json"), "{}\n");
writeFileSync(file("empty"), "");

/** Of listed.txt, of zeroes that say nothing of their type, and of zeroes with config.json. */
const LISTED = "sha256:0c71a31f5868ccefc27b7b109c8ec2ac73706d3d8228feba2cceb7386f45691e";
const UNTYPED = "sha256:d5b25d4a3aa198c99cc36ec8cd3680ba0237ee154a67ceb0d01aaf4423bc5ed6";
const CONFIGURED = "sha256:7ba7df41db268f0405f3eeff4e4bd25ab17495845c8e11d5b262dc891eab0814";

interface Entry {
  digest: string;
  size: number;
  platform?: Record<string, string>;
  artifactType?: string;
  annotations?: Record<string, string>;
}

async function entries(): Promise<Entry[]> {
  return JSON.parse(await host.ok(["manifest", "inspect", "l:1"])).manifests ?? [];
}

const add = (...args: readonly string[]) => host.ok(["manifest", "add", "l:1", "--artifact", ...args]);

const raw = (name: string) =>
  JSON.parse(
    execFileSync(skopeo, ["inspect", "--raw", "--tls-verify=false", `docker://${target}/${name}`], {
      encoding: "utf8",
    }),
  );

test("the same files have the same digest as in podman 5.8.6; what is added anew stands last", async () => {
  const id = await host.ok(["manifest", "create", "l:1"]);
  assert.equal(await add(file("listed.txt")), id);
  await add("--artifact-type=", file("zeroes"));
  await add("--artifact-config", file("config.json"), "--os", "linux", "--arch", "amd64", file("zeroes"));
  await add("--annotation", "a=b", file("listed.txt"));
  const none = { architecture: "", os: "" };
  const type = "application/vnd.unknown.artifact.v1";
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  assert.deepEqual(await entries(), [
    { mediaType, size: 450, digest: UNTYPED, platform: none },
    {
      mediaType,
      size: 510,
      digest: CONFIGURED,
      platform: { architecture: "amd64", os: "linux" },
      artifactType: type,
    },
    { mediaType, size: 486, digest: LISTED, platform: none, annotations: { a: "b" }, artifactType: type },
  ]);
});

test("pushed byte for byte, the files as they were when they were added, beside an image", async () => {
  rmSync(file("listed.txt"));
  await host.ok(["manifest", "add", "l:1", "own:1"]);
  await host.ok(["manifest", "push", "-q", "--tls-verify=false", "l:1", `${target}/l:1`]);
  const { manifests } = raw("l:1");
  assert.deepEqual(
    manifests.map(({ digest, platform }: Entry) => [digest, platform?.os]),
    [
      [UNTYPED, undefined],
      [CONFIGURED, "linux"],
      [LISTED, undefined],
      [own.manifest.digest, "linux"],
    ],
  );
  const { layers, config, artifactType } = raw(`l@${LISTED}`);
  assert.equal(artifactType, "application/vnd.unknown.artifact.v1");
  assert.equal(config.data, "e30=");
  const digest = "sha256:92e3e9f256441ce2554ae97063ffc3b1bcb638feefa426e1be272ec6f8b09a00";
  const annotations = { "org.opencontainers.image.title": "listed.txt" };
  assert.deepEqual(layers, [{ mediaType: "text/plain", digest, size: 8, annotations }]);
});

test("a list that is named as its place in a registry is pushed there", async () => {
  await host.ok(["manifest", "create", `${target}/self:1`, "own:1"]);
  await host.ok(["manifest", "push", "-q", "--tls-verify=false", `${target}/self:1`]);
  const pushed: Entry[] = raw("self:1").manifests;
  assert.deepEqual(
    pushed.map(({ digest }) => digest),
    [own.manifest.digest],
  );
});

test("copies in another compression are made of the images alone", async () => {
  const flags = ["-q", "--tls-verify=false", "--add-compression", "zstd"];
  await host.ok(["manifest", "push", ...flags, "l:1", `${target}/two:1`]);
  const pushed: Entry[] = raw("two:1").manifests;
  assert.deepEqual(
    pushed.slice(0, 4).map(({ digest }) => digest),
    [UNTYPED, CONFIGURED, LISTED, own.manifest.digest],
  );
  assert.deepEqual(
    pushed.slice(4).map(({ annotations }) => annotations),
    [{ "io.github.containers.compression.zstd": "true" }],
  );
  const docker = ["manifest", "push", "-q", "--tls-verify=false", "--format=v2s2", "l:1", `${target}/no:1`];
  const { code, stderr } = await host.tspod(docker);
  assert.equal(code, 125);
  assert.equal(stderr, `Error: "${UNTYPED}" of the list is an artifact: the format v2s2 has none\n`);
});

test("run takes the image of a list; one that has nothing else for this machine than an artifact", async () => {
  await host.ok(["manifest", "create", "mixed:1"]);
  await host.ok(["manifest", "add", "--artifact", "mixed:1", file("empty")]);
  await host.ok(["manifest", "add", "mixed:1", "own:1"]);
  assert.equal(await host.ok(["run", "--rm", "mixed:1", "echo", "the image"]), "the image");
  await host.ok(["manifest", "create", "files:1"]);
  await host.ok(["manifest", "add", "--artifact", "files:1", file("zeroes")]);
  const { code, stderr } = await host.tspod(["run", "--rm", "files:1", "true"]);
  assert.equal(code, 125);
  assert.match(stderr, /^Error: "sha256:[0-9a-f]{64}" of the list is an artifact, no image\n$/);
  await host.ok(["manifest", "rm", "mixed:1", "files:1"]);
});

test("types and titles; the subject is that of the list", async () => {
  await host.ok(["manifest", "create", "typed:1"]);
  const typed = (...args: readonly string[]) =>
    host.ok(["manifest", "add", "typed:1", "--artifact", ...args]);
  const flags = [
    "--artifact-exclude-titles",
    "--artifact-layer-type",
    "l/t",
    "--artifact-config-type",
    "c/t",
  ];
  await typed(...flags, "--artifact-type", "a/t", "--artifact-subject", "own:1", file("empty"));
  const { manifests, subject } = JSON.parse(await host.ok(["manifest", "inspect", "typed:1"]));
  assert.equal(subject.digest, own.manifest.digest);
  assert.equal(manifests[0].artifactType, "a/t");
  await host.ok(["manifest", "push", "-q", "--tls-verify=false", "typed:1", `${target}/typed:1`]);
  const manifest = raw(`typed@${manifests[0].digest}`);
  assert.deepEqual([manifest.config.mediaType, manifest.config.data], ["c/t", "e30="]);
  const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  assert.deepEqual(manifest.layers, [{ mediaType: "l/t", digest, size: 0 }]);
});

test("what is wrong is one line, and the list stays as it was", async () => {
  const before = await entries();
  const empty = file("empty");
  const layer = "application/vnd.oci.image.layer.v1.tar";
  for (const [args, message] of [
    [
      ["--artifact", "nosuch"],
      'reading "nosuch" to determine its digest: open nosuch: no such file or directory',
    ],
    [["--artifact", "."], 'reading "." to determine its digest: read .: is a directory'],
    [["--artifact", "--artifact-config", "nosuch", empty], "open nosuch: no such file or directory"],
    [["--artifact", "--artifact-subject", "nosuch", empty], "nosuch: image not known"],
    [["--artifact-subject", "own:1", empty], "--artifact-subject requires --artifact"],
    [
      ["--artifact-exclude-titles", "--artifact-type", "x", empty],
      "--artifact-exclude-titles/--artifact-type require --artifact",
    ],
  ] as const) {
    const { code, stdout, stderr } = await host.tspod(["manifest", "add", "l:1", ...args], {
      cwd: host.directory,
    });
    assert.deepEqual([code, stdout, stderr], [125, "", `Error: ${message}\n`]);
  }
  // What claims to be an image and is none would be unpacked by the next one who meets it.
  const claims = ["--artifact-config", file("config.json"), "--artifact-layer-type", layer, empty];
  const { code, stderr } = await host.tspod(["manifest", "add", "l:1", "--artifact", ...claims]);
  assert.equal(code, 125);
  assert.match(stderr, /^Error: an artifact whose config and files have the types of an image's needs /);
  assert.deepEqual(await entries(), before);
});

test("the files go with the list, and nothing else is kept for them", async () => {
  const blobs = join(host.dataDirectory, "tspod/images/blobs/sha256");
  await host.ok(["rmi", "own:1"]);
  assert.ok(readdirSync(blobs).includes(CONFIGURED.replace("sha256:", "")));
  await host.ok(["manifest", "rm", "l:1", "typed:1"]);
  await host.ok(["rmi", "--all", "--force"]);
  assert.deepEqual(readdirSync(blobs), []);
});
