import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { descriptorOf, makeBlob, makeImage, sha256, type TestImage } from "../support/image.ts";
import { makePodman } from "../support/podman.ts";
import { type Result, requireProgram, runProgram } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

// What one engine pushes another one pulls, and every digest stays: with podman, skopeo and umoci.
const podman = makePodman();
const skopeo = requireProgram("skopeo", "skopeo");
const umoci = requireProgram("umoci", "umoci");
const registries = dockerRegistries();
const world = await makeWorld({ images: {} });
const { host, registry } = world;
after(async () => {
  registries.close();
  await podman.close();
  await world.close();
});
const target = await registries.start();

const LAYERS = [[{ path: "a", content: "a".repeat(100_000) }], [{ path: "b", content: "b" }]];
const IMAGES = {
  "oci-gzip": makeImage({ layers: LAYERS }),
  "oci-zstd": makeImage({ layers: LAYERS, compression: "zstd" }),
  "docker-gzip": makeImage({ layers: LAYERS, format: "docker" }),
  "oci-odd": withOddFields(makeImage({ layers: LAYERS })),
} as const;
const NAMES = Object.keys(IMAGES) as (keyof typeof IMAGES)[];
for (const name of NAMES) {
  registry.add(name, "latest", IMAGES[name]);
  await host.ok(["pull", "-q", `test.localhost/${name}`]);
}

/** Annotations, and fields that nobody knows. */
function withOddFields(image: TestImage): TestImage {
  const manifest = JSON.parse(image.manifest.content.toString());
  const odd = {
    ...manifest,
    "x-odd": { a: [1, 2] },
    annotations: { "org.example.a": "b" },
    layers: image.layers.map((layer) => ({ ...descriptorOf(layer), annotations: { "x.y": "z" } })),
  };
  const content = Buffer.from(JSON.stringify(odd, undefined, 3));
  return { ...image, manifest: makeBlob(image.manifest.mediaType, content) };
}

const idOf = ({ config }: TestImage): string => config.digest.slice("sha256:".length);
const run = (program: string, ...args: readonly string[]): Promise<Result> =>
  runProgram(program, args, { env: host.env, cwd: host.directory });
async function ok(program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, ...args);
  assert.equal(code, 0, `${program} ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}
const raw = (name: string): Promise<string> =>
  ok(skopeo, "inspect", "--raw", "--tls-verify=false", `docker://${target}/${name}`);

test("an image's size is podman's", async () => {
  registry.add("sized", "latest", makeImage({ layers: [[{ path: "sized", content: "x".repeat(3000) }]] }));
  const name = `${registry.address}/sized`;
  const size = ["image", "inspect", "--format", "{{.Size}} {{.VirtualSize}}", name];
  for (const engine of [host, podman]) await engine.ok(["pull", "-q", "--tls-verify=false", name]);
  assert.equal(await host.ok(size), await podman.ok(size));
  for (const engine of [host, podman]) await engine.ok(["rmi", name]);
});

describe("by a registry", () => {
  for (const name of NAMES) {
    const image = IMAGES[name];
    test(`${name}: pushed, it is what it was, for podman and skopeo too; and back`, async () => {
      const there = `${target}/there/${name}:1`;
      await host.ok(["push", "-q", "--tls-verify=false", name, there]);
      assert.equal(await raw(`there/${name}:1`), image.manifest.content.toString());
      assert.equal(await podman.ok(["pull", "-q", "--tls-verify=false", there]), idOf(image));
      const back = `docker://${target}/back/${name}:1`;
      await ok(
        skopeo,
        "copy",
        "--preserve-digests",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        `docker://${there}`,
        back,
      );
      await host.ok(["rmi", "-f", name]);
      assert.equal(await host.ok(["pull", "-q", "--tls-verify=false", back]), idOf(image));
      const digest = await host.ok([
        "image",
        "inspect",
        "--format",
        "{{.Digest}}",
        `${target}/back/${name}:1`,
      ]);
      assert.equal(digest, image.manifest.digest);
      await host.ok(["tag", `${target}/back/${name}:1`, `test.localhost/${name}:latest`]);
    });
  }

  test("what podman pushes we pull", async () => {
    for (const name of ["oci-gzip", "docker-gzip"] as const) {
      const theirs = `${target}/theirs/${name}:1`;
      await podman.ok(["push", "-q", "--tls-verify=false", `${target}/there/${name}:1`, theirs]);
      assert.equal(await host.ok(["pull", "-q", "--tls-verify=false", theirs]), idOf(IMAGES[name]));
    }
  });
});

describe("in another form: the image's ID stays", () => {
  const types = (manifest: string): string[] => {
    const { mediaType, config, layers } = JSON.parse(manifest);
    const last = ({ mediaType: type }: { mediaType: string }) => type.split(/[.+]/).at(-1) ?? "";
    return [mediaType.split(".").at(2), config.mediaType.split(".").at(2), ...layers.map(last)];
  };
  for (const [name, args, expected] of [
    ["oci-gzip", ["--format", "v2s2"], ["distribution", "container", "gzip", "gzip"]],
    ["oci-gzip", ["--compression-format", "zstd"], ["image", "image", "zstd", "zstd"]],
    ["oci-zstd", ["--compression-format", "gzip"], ["image", "image", "gzip", "gzip"]],
    ["oci-zstd", ["--format", "docker"], ["distribution", "container", "gzip", "gzip"]],
    ["docker-gzip", ["--format", "oci"], ["image", "image", "gzip", "gzip"]],
    ["docker-gzip", ["-f", "oci", "--compression-format", "zstd"], ["image", "image", "zstd", "zstd"]],
  ] as const) {
    test(`${name} with ${args.join(" ")}`, async () => {
      const repository = `form/${name}${args.join("").replace(/[^a-z0-9]/g, "")}`;
      const there = `${target}/${repository}:1`;
      await host.ok(["push", "-q", "--tls-verify=false", ...args, name, there]);
      const manifest = await raw(`${repository}:1`);
      assert.deepEqual(
        types(manifest).map((type) => (type === "oci" ? "image" : type)),
        expected,
      );
      assert.equal(await podman.ok(["pull", "-q", "--tls-verify=false", there]), idOf(IMAGES[name]));
    });
  }

  test("what is not known of a manifest stays when its layers change", async () => {
    const there = `${target}/form/odd:1`;
    await host.ok(["push", "-q", "--tls-verify=false", "--compression-format", "zstd", "oci-odd", there]);
    const manifest = JSON.parse(await raw("form/odd:1"));
    assert.deepEqual(manifest["x-odd"], { a: [1, 2] });
    assert.deepEqual(manifest.annotations, { "org.example.a": "b" });
  });
});

describe("by files", () => {
  for (const name of NAMES) {
    const image = IMAGES[name];
    test(`${name}: dir: keeps the manifest; skopeo reads it, and we`, async () => {
      const directory = join(host.directory, `dir-${name}`);
      const digestFile = join(host.directory, `digest-${name}`);
      await host.ok(["push", "-q", "--digestfile", digestFile, name, `dir:${directory}`]);
      assert.equal(readFileSync(join(directory, "manifest.json"), "utf8"), image.manifest.content.toString());
      assert.equal(readFileSync(digestFile, "utf8"), image.manifest.digest);
      assert.equal(
        await ok(skopeo, "inspect", "--format", "{{.Digest}}", `dir:${directory}`),
        image.manifest.digest,
      );
      assert.equal(await host.ok(["pull", "-q", `dir:dir-${name}`]), idOf(image));
      const named = await host.tspod(["image", "exists", `localhost/dir-${name}`]);
      assert.equal(named.code, 1, "as with Podman 5.8 a directory's path is no name");
    });

    test(`${name}: oci: is a layout for umoci and skopeo, and is read again`, async () => {
      const layout = join(host.directory, "layout");
      await host.ok(["push", "-q", name, `oci:${layout}:${name}`]);
      await host.ok(["push", "-q", name, `oci:${layout}:${name}`]);
      const listed = (await ok(umoci, "ls", "--layout", layout)).split("\n");
      assert.equal(listed.filter((each) => each === name).length, 1, listed.join(" "));
      await ok(umoci, "stat", "--image", `${layout}:${name}`);
      if (name !== "docker-gzip")
        assert.equal(
          await ok(skopeo, "inspect", "--raw", `oci:${layout}:${name}`),
          image.manifest.content.toString(),
        );
      assert.equal(await host.ok(["pull", "-q", `oci:${layout}:${name}`]), idOf(image));
    });

    for (const transport of ["oci-archive", "docker-archive"]) {
      test(`${name}: ${transport}: for podman, and for us`, async () => {
        const archive = `${transport}:${join(host.directory, `${name}.${transport}.tar`)}`;
        await host.ok(["push", "-q", name, `${archive}:test.example/${name}:2`]);
        // A docker-archive has the image's own name, too: both engines print a line for each.
        const lines = [idOf(image), ...(transport === "docker-archive" ? [idOf(image)] : [])].join("\n");
        assert.equal(await podman.ok(["pull", "-q", archive]), lines);
        assert.equal(await host.ok(["pull", "-q", archive]), lines);
        await host.ok(["image", "exists", `test.example/${name}:2`]);
        if (transport === "docker-archive") {
          const again = await host.tspod(["push", name, archive]);
          assert.equal(again.code, 125);
          assert.match(again.stderr, /docker-archive doesn't support modifying existing images\n$/);
        }
      });
    }
  }

  test("what podman writes we read", async () => {
    const name = `${target}/there/oci-gzip:1`;
    for (const transport of ["dir", "oci", "oci-archive", "docker-archive"]) {
      const place = `${transport}:${join(podman.directory, `p-${transport}`)}`;
      await podman.ok(["push", "-q", name, place]);
      assert.equal(await host.ok(["pull", "-q", place]), idOf(IMAGES["oci-gzip"]), transport);
    }
  });

  test("the policy judges what comes from a directory, too", async () => {
    const policy = join(host.directory, "reject.json");
    writeFileSync(policy, JSON.stringify({ default: [{ type: "reject" }] }));
    await host.ok(["push", "-q", "oci-gzip", "dir:judged"]);
    const { code, stderr } = await host.tspod(["pull", "--signature-policy", policy, "dir:judged"]);
    assert.equal(code, 125);
    assert.match(
      stderr,
      /^Error: Source image rejected: Running image dir:[^\n]*\/judged is rejected by policy\.\n$/,
    );
    assert.equal((await host.tspod(["image", "exists", "localhost/judged"])).code, 1);
  });

  for (const [what, args, message] of [
    [
      "a directory that isn't there",
      ["pull", "dir:/nowhere"],
      /^Error: open \/nowhere\/manifest\.json: no such file or directory\n$/,
    ],
    ["a name that isn't in a layout", ["pull", "LAYOUT:none"], /no descriptor found for reference "none"/],
    ["several images, and no name", ["pull", "LAYOUT"], /more than one image in oci, choose an image/],
    ["a daemon", ["push", "oci-gzip", "docker-daemon:a:1"], /transport "docker-daemon" is not supported/],
    [
      "an unknown transport",
      ["push", "oci-gzip", "foo:bar:baz"],
      /Invalid image name "foo:bar:baz", unknown transport "foo"/,
    ],
    ["no path", ["push", "oci-gzip", "dir:"], /Invalid image name "dir:", no path after "dir:"/],
    [
      "an OCI manifest in a docker-archive",
      ["push", "-f", "oci", "oci-gzip", "docker-archive:x.tar"],
      /writing manifest: Unsupported manifest type, need a Docker schema 2 manifest/,
    ],
    ["an unknown image", ["push", "none:1", "dir:x"], /^Error: none:1: image not known\n$/],
    [
      "zstd in Docker's manifest",
      ["push", "-f", "v2s2", "--compression-format", "zstd", "oci-gzip"],
      /no layers compressed with zstd/,
    ],
    [
      "an unknown compression",
      ["push", "--compression-format", "foo", "oci-gzip"],
      /cannot find compressor for "foo"/,
    ],
    [
      "an unknown format",
      ["push", "--format", "foo", "oci-gzip"],
      /unknown format "foo"\. Choose on of the supported formats/,
    ],
    [
      "signing for sigstore",
      ["push", "--sign-by-sigstore-private-key", "k", "oci-gzip"],
      /--sign-by-sigstore-private-key is not supported: use cosign/,
    ],
  ] as const) {
    test(`refused: ${what}`, async () => {
      const layout = `oci:${join(host.directory, "layout")}`;
      const { code, stderr } = await host.tspod(args.map((arg) => arg.replace("LAYOUT", layout)));
      assert.equal(code, 125);
      assert.match(stderr, message);
      assert.match(stderr, /^(?:Getting [^\n]*\n)?Error: [^\n]*\n$/);
    });
  }
});

describe("a list of images", () => {
  const members = { amd64: "amd64", arm64: "arm64" } as const;
  const images = Object.values(members).map((architecture) =>
    makeImage({ layers: LAYERS, architecture, compression: "zstd" }),
  );

  test("is pushed with its images, byte for byte; podman and skopeo take theirs out of it", async () => {
    for (const [at, name] of Object.values(members).entries())
      registry.add(`list-${name}`, "latest", images[at] ?? assert.fail());
    await host.ok(["manifest", "create", "many"]);
    for (const name of Object.values(members))
      await host.ok(["manifest", "add", "many", `docker://test.localhost/list-${name}:latest`]);
    const there = `${target}/lists/many:1`;
    await host.ok(["push", "-q", "--tls-verify=false", "many", there]);
    const { mediaType, manifests } = JSON.parse(await raw("lists/many:1"));
    assert.equal(mediaType, "application/vnd.oci.image.index.v1+json");
    assert.deepEqual(
      manifests.map(({ digest }: { digest: string }) => digest),
      images.map(({ manifest }) => manifest.digest),
    );
    for (const [at, architecture] of Object.values(members).entries()) {
      const pull = ["pull", "-q", "--tls-verify=false", "--arch", architecture, there];
      assert.equal(await podman.ok(pull), idOf(images[at] ?? assert.fail()));
    }
    // Not --preserve-digests: skopeo since 1.18 notes zstd in the copied list, and refuses then to copy it.
    const copy = ["copy", "--all", "--src-tls-verify=false"];
    await ok(skopeo, ...copy, `docker://${there}`, `dir:${join(host.directory, "many")}`);
    for (const { manifest } of images) {
      const name = `many/${manifest.digest.replace("sha256:", "")}.manifest.json`;
      assert.equal(sha256(readFileSync(join(host.directory, name))), manifest.digest);
    }
  });

  test("in another form, it names what its images have become", async () => {
    const there = `${target}/lists/gzip:1`;
    const form = ["--format", "v2s2", "--tls-verify=false"];
    await host.ok(["manifest", "push", "-q", "--all", ...form, "many", `docker://${there}`]);
    const { mediaType, manifests } = JSON.parse(await raw("lists/gzip:1"));
    assert.equal(mediaType, "application/vnd.docker.distribution.manifest.list.v2+json");
    for (const { digest, mediaType: type, platform } of manifests) {
      assert.equal(type, "application/vnd.docker.distribution.manifest.v2+json");
      assert.ok(platform.architecture in members);
      const member = JSON.parse(await raw(`lists/gzip@${digest}`));
      assert.match(member.layers[0].mediaType, /gzip$/);
    }
    assert.equal(
      await podman.ok(["pull", "-q", "--tls-verify=false", "--arch", "arm64", there]),
      idOf(images[1] ?? assert.fail()),
    );
  });
});
