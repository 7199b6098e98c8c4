import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { ARCHITECTURE, makeImage, makeIndex, sha256 } from "../support/image.ts";
import { requireProgram } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

const skopeo = requireProgram("skopeo", "skopeo");
const world = await makeWorld({ images: {} });
after(async () => {
  registries.close();
  await world.close();
});
const { host, registry } = world;
const registries = dockerRegistries();

const OTHER = ARCHITECTURE === "arm64" ? "amd64" : "arm64";
const own = makeImage();
const other = makeImage({ architecture: OTHER, layers: [[{ path: "a", content: "other" }]] });
registry.add("own", "1", own);
registry.add("other", "1", other);
registry.addManifest(
  "both",
  "1",
  makeIndex([
    { image: other, platform: { os: "linux", architecture: OTHER } },
    { image: own, platform: { os: "linux", architecture: ARCHITECTURE } },
  ]),
);
for (const { config, layers } of [own, other])
  for (const blob of [config, ...layers]) registry.addBlob("both", blob);
for (const { manifest } of [own, other]) registry.addManifest("both", manifest.digest, manifest);
await host.ok(["pull", "-q", "test.localhost/own:1", "test.localhost/other:1"]);
await host.ok(["tag", "test.localhost/own:1", "own:1"]);

interface Entry {
  digest: string;
  mediaType: string;
  platform: Record<string, unknown>;
  annotations?: Record<string, string>;
}

interface Shown {
  mediaType: string;
  manifests: Entry[] | null;
  subject?: Entry;
  annotations?: Record<string, string>;
}

async function inspect(name: string): Promise<Shown> {
  return JSON.parse(await host.ok(["manifest", "inspect", name]));
}

async function entries(name: string): Promise<Entry[]> {
  return (await inspect(name)).manifests ?? [];
}

async function assertFails(args: readonly string[], code: number, stderr: string | RegExp): Promise<void> {
  const result = await host.tspod(args);
  assert.equal(result.code, code, result.stderr);
  if (typeof stderr === "string") assert.equal(result.stderr, stderr);
  else assert.match(result.stderr, stderr);
  assert.equal(result.stdout, "");
}

test("annotations and the subject of a list itself, as podman 5.8.6", async () => {
  const id = await host.ok([
    "manifest",
    "create",
    "--annotation",
    "a=b",
    "--annotation",
    "c=d,e=f",
    "noted:1",
  ]);
  assert.deepEqual(await inspect("noted:1"), {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: null,
    annotations: { a: "b", c: "d,e=f" },
  });
  await host.ok(["manifest", "create", "--amend", "--annotation", "z=1", "noted:1", "own:1"]);
  assert.equal(await host.ok(["manifest", "annotate", "--index", "--annotation", "a=", "noted:1"]), id);
  assert.equal(await host.ok(["manifest", "annotate", "--index", "--subject", "own:1", "noted:1"]), id);
  const kept = { a: "", c: "d,e=f", z: "1" };
  const noted = await inspect("noted:1");
  assert.deepEqual(noted.annotations, kept);
  const { mediaType, digest } = own.manifest;
  assert.deepEqual([noted.subject?.mediaType, noted.subject?.digest], [mediaType, digest]);
  // What changes its entries leaves them.
  await host.ok(["manifest", "annotate", "--annotation", "k=v", "noted:1", digest]);
  await host.ok(["manifest", "remove", "noted:1", digest]);
  const left = await inspect("noted:1");
  assert.deepEqual([left.annotations, left.subject?.digest, left.manifests], [kept, digest, null]);
  for (const [args, message] of [
    [["create", "--annotation", "a", "other:1"], 'expected --annotation "a" to be in key=value format'],
    [
      ["annotate", "--index", "--annotation", "a=b", "noted:1", digest],
      `did not expect image or artifact name "${digest}" when modifying the entire index`,
    ],
    [["annotate", "--annotation", "a=b", "noted:1"], "expected an instance digest"],
    [
      ["annotate", "--index", "--os", "linux", "noted:1"],
      "--os is about an image in the list, and --index about the list",
    ],
    [["annotate", "--index", "--subject", "nosuch:1", "noted:1"], "nosuch:1: image not known"],
  ] as const)
    await assertFails(["manifest", ...args], 125, `Error: ${message}\n`);
  await host.ok(["manifest", "rm", "noted:1"]);
});

test("create, add, annotate, remove print the list's ID, which stays the same", async () => {
  const id = await host.ok(["manifest", "create", "list:1"]);
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.deepEqual(await inspect("list:1"), {
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.list.v2+json",
    manifests: null,
  });
  assert.equal(await host.ok(["manifest", "add", "list:1", "own:1"]), id);
  const flags = [
    "--arch",
    "ppc64le",
    "--variant",
    "v9",
    "--os-version",
    "1.2",
    "--features",
    "a,b",
    "--annotation",
    "k=v",
  ];
  assert.equal(
    await host.ok([
      "manifest",
      "add",
      ...flags,
      id.slice(0, 12),
      "containers-storage:test.localhost/other:1",
    ]),
    id,
  );
  assert.deepEqual(
    (await entries(id)).map(({ digest, platform }) => ({ digest, platform })),
    [
      { digest: own.manifest.digest, platform: { architecture: ARCHITECTURE, os: "linux" } },
      {
        digest: other.manifest.digest,
        platform: {
          architecture: "ppc64le",
          os: "linux",
          "os.version": "1.2",
          variant: "v9",
          features: ["a", "b"],
        },
      },
    ],
  );
  const { mediaType, manifests } = await inspect("list:1");
  assert.equal(mediaType, "application/vnd.oci.image.index.v1+json");
  assert.deepEqual(manifests?.[1]?.annotations, { k: "v" });
  const change = ["--arch", OTHER, "--os-features", "x", "--variant", "v8"];
  assert.equal(await host.ok(["manifest", "annotate", ...change, "list:1", other.manifest.digest]), id);
  assert.deepEqual((await entries("list:1"))[1]?.platform, {
    architecture: OTHER,
    os: "linux",
    "os.version": "1.2",
    "os.features": ["x"],
    variant: "v8",
    features: ["a", "b"],
  });
  assert.equal(await host.ok(["manifest", "remove", "list:1", own.manifest.digest]), id);
  assert.deepEqual(
    (await entries("list:1")).map(({ digest }) => digest),
    [other.manifest.digest],
  );
  await host.ok(["manifest", "exists", "list:1"]);
  assert.equal(await host.ok(["manifest", "rm", "list:1"]), `Untagged: localhost/list:1\nDeleted: ${id}`);
  assert.equal((await host.tspod(["manifest", "exists", "list:1"])).code, 1);
});

test("create: the name must be free, unless --amend is given; add has an image once", async () => {
  const id = await host.ok(["manifest", "create", "app:1", "own:1"]);
  await assertFails(
    ["manifest", "create", "app:1"],
    125,
    `Error: image name "localhost/app:1" is already associated with image "${id}": that name is already in use, or use --amend to add to it\n`,
  );
  await assertFails(
    ["manifest", "create", "own:1"],
    125,
    /image name "localhost\/own:1" is already associated/,
  );
  assert.equal(
    await host.ok(["manifest", "create", "--amend", "app:1", "own:1", "test.localhost/other:1"]),
    id,
  );
  assert.deepEqual(
    (await entries("app:1")).map(({ digest }) => digest),
    [own.manifest.digest, other.manifest.digest],
  );
});

test("what is wrong is told in Podman's words", async () => {
  await assertFails(["manifest", "add", "none", "own:1"], 125, "Error: none: image not known\n");
  await assertFails(
    ["manifest", "add", "own:1", "own:1"],
    125,
    "Error: localhost/own:1: image is not a manifest list\n",
  );
  await assertFails(
    ["manifest", "exists", "own:1"],
    125,
    "Error: localhost/own:1: image is not a manifest list\n",
  );
  await assertFails(["manifest", "rm", "none"], 1, "Error: none: image not known\n");
  await assertFails(
    ["manifest", "remove", "app:1", "nonsense"],
    125,
    'Error: removing from manifest list app:1: invalid image digest "nonsense": invalid checksum digest format\n',
  );
  const unknown = `sha256:${"0".repeat(64)}`;
  await assertFails(
    ["manifest", "remove", "app:1", unknown],
    125,
    `Error: removing from manifest list app:1: no instance matching digest "${unknown}" found in manifest list: file does not exist\n`,
  );
  await assertFails(
    ["manifest", "annotate", "app:1", unknown],
    125,
    /no image instance matching the specified digest/,
  );
  await assertFails(
    ["manifest", "add", "--annotation", "x", "app:1", "own:1"],
    125,
    'Error: no value given for annotation "x"\n',
  );
  await assertFails(
    ["manifest", "push", "none", "docker://x/y"],
    125,
    "Error: retrieving local image from image name none: none: image not known\n",
  );
  await assertFails(
    ["manifest", "push", "--format", "x", "app:1", "x/y"],
    125,
    /^Error: unknown format "x"\. Choose one of/,
  );
  assert.deepEqual((await entries("app:1")).length, 2);
});

test("images shows a list; run, inspect and exists take the image for this machine", async () => {
  const lines = await host.ok([
    "images",
    "--filter",
    "manifest=true",
    "--format",
    "{{.Repository}}:{{.Tag}} {{.Dangling}}",
  ]);
  assert.equal(lines, "localhost/app:1 false");
  assert.ok(
    !(await host.ok(["images", "--filter", "manifest=false", "--format", "{{.Repository}}"])).includes(
      "localhost/app",
    ),
  );
  assert.equal(await host.ok(["run", "--rm", "app:1", "echo", "runs"]), "runs");
  assert.equal(
    await host.ok(["image", "inspect", "--format", "{{.Id}}", "app:1"]),
    own.config.digest.replace("sha256:", ""),
  );
  await host.ok(["image", "exists", "app:1"]);
});

test("the layout stays one: skopeo reads the list, and an image out of it", async () => {
  const layout = `oci:${join(host.dataDirectory, "tspod/images")}:localhost/app:1`;
  const raw = JSON.parse(execFileSync(skopeo, ["inspect", "--raw", layout], { encoding: "utf8" }));
  assert.equal(raw.mediaType, "application/vnd.oci.image.index.v1+json");
  assert.deepEqual(
    raw.manifests.map(({ digest }: Entry) => digest),
    [own.manifest.digest, other.manifest.digest],
  );
  const { Architecture } = JSON.parse(execFileSync(skopeo, ["inspect", layout], { encoding: "utf8" }));
  assert.equal(Architecture, ARCHITECTURE);
});

test("umoci finds the image through a list", async () => {
  await host.ok(["manifest", "create", "one:1", "own:1"]);
  const layout = join(host.directory, "copy");
  cpSync(join(host.dataDirectory, "tspod/images"), layout, { recursive: true });
  // A name as umoci allows it.
  const index = join(layout, "index.json");
  writeFileSync(index, readFileSync(index, "utf8").replace("localhost/one:1", "list"));
  const umoci = requireProgram("umoci", "umoci");
  assert.match(execFileSync(umoci, ["stat", "--image", `${layout}:list`], { encoding: "utf8" }), /layer 0/);
  await host.ok(["manifest", "rm", "one:1"]);
});

test("a list keeps the files of images that were removed; with the list they go", async () => {
  await host.ok(["manifest", "create", "keep:1", "test.localhost/other:1"]);
  await host.ok(["rmi", "app:1", "test.localhost/other:1"]);
  const blob = join(
    host.dataDirectory,
    "tspod/images/blobs/sha256",
    other.manifest.digest.replace("sha256:", ""),
  );
  readFileSync(blob);
  await host.ok(["tag", "keep:1", "keep:2"]);
  assert.equal(await host.ok(["rmi", "keep:1"]), "Untagged: localhost/keep:1");
  assert.match(await host.ok(["rmi", "keep:2"]), /^Untagged: localhost\/keep:2\nDeleted: [0-9a-f]{64}$/);
  assert.throws(() => readFileSync(blob), { code: "ENOENT" });
});

describe("images of a registry", () => {
  test("add takes this machine's of a list there, and fetches its manifest only; --all takes all", async () => {
    await host.ok(["rmi", "--all", "--force"]);
    registry.requests.length = 0;
    await host.ok(["manifest", "create", "far:1"]);
    await host.ok(["manifest", "add", "far:1", "docker://test.localhost/both:1"]);
    assert.deepEqual(
      (await entries("far:1")).map(({ digest }) => digest),
      [own.manifest.digest],
    );
    await host.ok(["manifest", "add", "--all", "far:1", "test.localhost/both:1"]);
    assert.deepEqual(
      (await entries("far:1")).map(({ digest }) => digest),
      [other.manifest.digest, own.manifest.digest],
    );
    assert.deepEqual(
      registry.requests.filter((line) => line.includes("/blobs/")),
      [],
    );
  });

  test("run pulls the image of the list that is not here", async () => {
    assert.equal(await host.ok(["run", "--rm", "--quiet", "far:1", "echo", "pulled"]), "pulled");
  });

  test("what can't be read is told in podman 5.8's words; --verbose changes nothing", async () => {
    const [plain, verbose, short] = await Promise.all(
      [[], ["--verbose"], ["-v"]].map((flags) => host.ok(["manifest", "inspect", ...flags, "far:1"])),
    );
    assert.deepEqual([verbose, short], [plain, plain]);
    const unknown = `reading manifest 1 in ${registry.address}/none: manifest unknown`;
    const nowhere =
      'pinging container registry 127.0.0.1:1: Get "https://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused (is the registry running, and is this its address?)';
    for (const [name, why] of [
      ["test.localhost/none:1", unknown],
      ["127.0.0.1:1/none:1", nowhere],
    ] as const) {
      await assertFails(
        ["manifest", "inspect", name],
        125,
        `Error: reading image "docker://${name}": ${why}\n`,
      );
      const doing = "setting up to read manifest and configuration from";
      await assertFails(
        ["manifest", "add", "far:1", `docker://${name}`],
        125,
        `Error: ${doing} "docker://${name}": ${why}\n`,
      );
    }
  });

  test("inspect of what is not here", async () => {
    const { manifests } = await inspect("docker://test.localhost/both:1");
    assert.deepEqual(
      manifests?.map(({ platform }) => platform.architecture),
      [OTHER, ARCHITECTURE],
    );
    const { code, stdout, stderr } = await host.tspod(["manifest", "inspect", "test.localhost/other:1"]);
    assert.equal(code, 0);
    assert.match(stderr, /is not a manifest list but a single image/);
    assert.equal(JSON.parse(stdout).config.digest, other.config.digest);
  });
});

describe("push to a real registry", async () => {
  const target = await registries.start();
  const push = (...args: string[]) => host.ok(["manifest", "push", "--tls-verify=false", "--quiet", ...args]);
  const raw = (name: string, ...flags: string[]) =>
    execFileSync(skopeo, ["inspect", ...flags, "--tls-verify=false", `docker://${target}/${name}`], {
      encoding: "utf8",
    });

  test("the list and its images, also those that were never here; --digestfile, --rm", async () => {
    await host.ok(["rmi", "--all", "--force"]);
    await host.ok(["manifest", "create", "--all", "out:1", "docker://test.localhost/both:1"]);
    const file = join(host.directory, "digest");
    assert.equal(await push("--digestfile", file, "--rm", "out:1", `docker://${target}/team/out:1`), "");
    assert.equal((await host.tspod(["manifest", "exists", "out:1"])).code, 1);
    const list = raw("team/out:1", "--raw");
    assert.equal(readFileSync(file, "utf8"), sha256(Buffer.from(list)));
    const { manifests, mediaType } = JSON.parse(list) as { manifests: Entry[]; mediaType: string };
    assert.equal(mediaType, "application/vnd.oci.image.index.v1+json");
    assert.deepEqual(
      manifests.map(({ digest }) => digest),
      [other.manifest.digest, own.manifest.digest],
    );
    assert.equal(JSON.parse(raw("team/out:1", "--override-arch", OTHER)).Architecture, OTHER);
    const id = await host.ok(["pull", "-q", "--tls-verify=false", `${target}/team/out:1`]);
    assert.equal(id, own.config.digest.replace("sha256:", ""));
  });

  test("without a destination it goes to where its name says", async () => {
    const name = `${target}/team/named:1`;
    await host.ok(["manifest", "create", "--tls-verify=false", name, "docker://test.localhost/own:1"]);
    assert.equal(await push(name), "");
    assert.deepEqual(
      (JSON.parse(raw("team/named:1", "--raw")).manifests as Entry[]).map(({ digest }) => digest),
      [own.manifest.digest],
    );
    await host.ok(["manifest", "rm", name]);
  });

  test("its lines on stderr are Podman's", async () => {
    await host.ok(["manifest", "create", "told", "own:1"]);
    const args = ["manifest", "push", "--tls-verify=false", "told", `${target}/team/told:1`];
    const { code, stdout, stderr } = await host.tspod(args);
    assert.deepEqual([code, stdout], [0, ""]);
    const { digest } = own.manifest;
    assert.deepEqual(
      stderr
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/^(Copying (?:blob|config)) .*/, "$1")),
      [
        "Getting image list signatures",
        "Copying 1 images generated from 1 images in list",
        `Copying image ${digest} (1/1)`,
        "Getting image source signatures",
        "Copying blob",
        "Copying config",
        "Writing manifest to image destination",
        "Writing manifest list to image destination",
        "Storing list signatures",
      ],
    );
  });

  test("--format v2s2: Docker's kind of list, of Docker's kind of images", async () => {
    await host.ok(["manifest", "create", "out:2", `${target}/team/out:1`]);
    await push("--format", "v2s2", "out:2", `${target}/team/out:2`);
    const { manifests, mediaType } = JSON.parse(raw("team/out:2", "--raw"));
    assert.equal(mediaType, "application/vnd.docker.distribution.manifest.list.v2+json");
    assert.equal(manifests[0].mediaType, "application/vnd.docker.distribution.manifest.v2+json");
    assert.equal(JSON.parse(raw("team/out:2")).Architecture, ARCHITECTURE);
  });

  test("--all=false: the list alone, which the registry takes when it has the images", async () => {
    await push("--all=false", "out:2", `${target}/team/out:3`);
    assert.equal(JSON.parse(raw("team/out:3", "--raw")).manifests[0].digest, own.manifest.digest);
  });

  test("the command push does the same: --all is its default, and --all=false the list alone", async () => {
    await host.ok(["manifest", "create", "--all", "out:4", "docker://test.localhost/both:1"]);
    const pushed = (name: string, ...flags: string[]) =>
      host.tspod(["push", "--tls-verify=false", "-q", ...flags, "out:4", `docker://${target}/${name}`]);
    const alone = await pushed("new/out:1", "--all=false");
    assert.equal(alone.code, 125);
    assert.match(
      alone.stderr,
      /^Error: writing manifest: uploading manifest 1 to .*\/new\/out: blob unknown to registry\n$/,
    );
    assert.deepEqual(await pushed("new/out:1", "--all"), { code: 0, stdout: "", stderr: "" });
    assert.equal(JSON.parse(raw("new/out:1", "--override-arch", OTHER)).Architecture, OTHER);
    assert.deepEqual(await pushed("new/out:2", "--all=false"), { code: 0, stdout: "", stderr: "" });
    assert.equal(raw("new/out:2", "--raw"), raw("new/out:1", "--raw"));
  });
});

describe("manifest create with an image that is not there", () => {
  for (const texts of [["nosuch.localhost/x:1"], ["own:1", "nosuch.localhost/x:1"]])
    test(`${texts.join(" ")}: leaves no list, so that the next call is the first`, async () => {
      const failed = await host.tspod(["manifest", "create", "again:1", ...texts]);
      assert.deepEqual([failed.code, failed.stdout], [125, ""]);
      assert.equal((await host.tspod(["manifest", "exists", "again:1"])).code, 1);
    });
  test("then it can be made, and the name is taken", async () => {
    await host.ok(["manifest", "create", "again:1", "own:1", "test.localhost/other:1"]);
    assert.equal((await entries("again:1")).length, 2);
    const taken = await host.tspod(["manifest", "create", "again:1", "nosuch.localhost/x:1"]);
    assert.equal(taken.code, 125);
    assert.match(taken.stderr, /image name "localhost\/again:1" is already associated with image/);
    assert.equal((await entries("again:1")).length, 2);
    await host.ok(["manifest", "rm", "again:1"]);
  });
});
