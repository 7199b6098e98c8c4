import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { startUploadRegistry } from "../support/upload-registry.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld();
const registry = await startUploadRegistry();
after(() => Promise.all([world.close(), registry.close()]));
const { host } = world;
const at = (name: string): string => join(host.directory, name);

const FILES = "FROM scratch\nARG TARGETARCH\nCOPY a /a\nLABEL arch=$TARGETARCH\n";
const files = makeContext(host, FILES, { a: "1" });
const PLATFORMS = ["--platform", "linux/amd64,linux/arm64"];

interface Inspected {
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform: { readonly architecture: string };
  }[];
}

const listed = async (name: string): Promise<string[]> => {
  const { manifests } = JSON.parse(await host.ok(["manifest", "inspect", name])) as Inspected;
  return manifests.map(({ platform }) => platform.architecture);
};

describe("several platforms", () => {
  test("make a list that has the name, each build told of with its platform", async () => {
    const out = await host.ok(["build", ...PLATFORMS, "-t", "many", files]);
    assert.match(out, /^\[linux\/amd64\] STEP 1\/4: FROM scratch$/m);
    assert.match(out, /^\[linux\/arm64\] STEP 4\/4: LABEL arch=\$TARGETARCH$/m);
    assert.deepEqual(await listed("many"), ["amd64", "arm64"]);
  });

  test("the name is that of the last build, whatever had it before", async () => {
    await host.ok(["build", "-q", "-t", "again", files]);
    await host.ok(["build", "-q", ...PLATFORMS, "-t", "again", files]);
    await host.ok([
      "build",
      "-q",
      "--platform",
      "linux/arm64",
      "--platform",
      "linux/s390x",
      "-t",
      "again",
      files,
    ]);
    assert.deepEqual(await listed("again"), ["arm64", "s390x"]);
    await host.ok(["build", "-q", "-t", "again", files]);
    assert.equal(
      (await host.ok(["image", "inspect", "--format", "{{.Architecture}}", "again"])).length > 0,
      true,
    );
  });

  test("--manifest adds to a list, and makes it", async () => {
    await host.ok(["build", "-q", "--manifest", "grown", "--platform", "linux/amd64", files]);
    await host.ok(["build", "-q", "--manifest", "grown", "--platform", "linux/arm64", files]);
    assert.deepEqual(await listed("grown"), ["amd64", "arm64"]);
    await host.ok(["build", "-q", "-t", "plain", files]);
    const { code, stderr } = await host.tspod(["build", "-q", "--manifest", "plain", files]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: .*image name "localhost\/plain:latest" is already associated with image/);
  });

  test("--all-platforms is what the base images have", async () => {
    await host.ok(["build", "-q", ...PLATFORMS, "-t", "base", files]);
    const onBase = makeContext(host, "FROM localhost/base\nCOPY b /b\n", { b: "2" });
    await host.ok(["build", "-q", "--all-platforms", "-t", "all", onBase]);
    assert.deepEqual(await listed("all"), ["amd64", "arm64"]);
    const { code, stderr } = await host.tspod(["build", "--all-platforms", files]);
    assert.deepEqual(
      [code, stderr],
      [
        125,
        "Error: --all-platforms: there is no base image that says platforms: name them with --platform\n",
      ],
    );
  });

  test("files go into a directory for each", async () => {
    await host.ok(["build", "-q", ...PLATFORMS, "-o", `type=local,dest=${at("split")}`, files]);
    for (const name of ["linux_amd64", "linux_arm64"])
      assert.equal(readFileSync(join(at("split"), name, "a"), "utf8"), "1");
  });

  for (const [flags, message] of [
    [
      ["--iidfile", "/tmp/iid"],
      'building multiple images, but iidfile "/tmp/iid" can only be used to store one image ID',
    ],
    [
      ["-o", "type=tar,dest=x.tar"],
      "--output type=tar takes one platform: build for one at a time, or use type=local",
    ],
    [["--arch", "arm64"], "--platform option can not be specified with --arch, --os or --variant"],
    [["--logsplit"], "cannot use --logsplit without --logfile"],
  ] as const) {
    test(`${flags.join(" ")} is refused`, async () => {
      const { code, stdout, stderr } = await host.tspod(["build", ...PLATFORMS, ...flags, files]);
      assert.deepEqual([code, stdout, stderr.split("\n")[0]], [125, "", `Error: ${message}`]);
    });
  }
});

describe("--push", () => {
  const name = `${registry.address}/team/app:1`;

  test("an image, by --push and by --output", async () => {
    await host.ok(["build", "-q", "--tls-verify=false", "--push", "-t", name, files]);
    assert.equal(
      registry.manifests.has("team/app/1") ||
        [...registry.manifests.keys()].some((key) => key.includes("app")),
      true,
    );
    registry.manifests.clear();
    await host.ok(["build", "-q", "--tls-verify=false", "-o", `type=registry,name=${name}`, files]);
    assert.notEqual(registry.manifests.size, 0);
  });

  test("a list, with its images", async () => {
    registry.manifests.clear();
    await host.ok([
      "build",
      "-q",
      "--tls-verify=false",
      "--push",
      ...PLATFORMS,
      "-t",
      `${registry.address}/team/list:1`,
      files,
    ]);
    const types = [...registry.manifests.values()].map(({ type }) => type);
    assert.equal(types.filter((type) => type.includes("index")).length > 0, true, types.join(" "));
    assert.equal(types.filter((type) => type.includes("manifest.v1")).length >= 2, true, types.join(" "));
  });

  test("without a name it is refused before anything is built", async () => {
    const { code, stdout, stderr } = await host.tspod(["build", "--push", files]);
    assert.equal(code, 125);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^Error: a tag is needed when pushing to a registry: give --tag NAME, or name= in --output\n/,
    );
  });
});

describe("--logfile", () => {
  test("has all that is printed; --logsplit one for each platform", async () => {
    const { code, stdout, stderr } = await host.tspod([
      "build",
      "--logfile",
      at("log"),
      "-t",
      "logged",
      files,
    ]);
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    assert.match(readFileSync(at("log"), "utf8"), /^STEP 1\/4: FROM scratch\n[\s\S]*\n[0-9a-f]{64}\n$/);
    await host.ok(["build", "--logfile", at("each"), "--logsplit", ...PLATFORMS, files]);
    assert.match(readFileSync(at("each_linux_arm64"), "utf8"), /^\[linux\/arm64\] STEP 1\/4/);
    assert.equal(existsSync(at("each_linux_amd64")), true);
  });

  test("one that can't be written ends it before anything is built", async () => {
    const { code, stdout, stderr } = await host.tspod(["build", "--logfile", "/nowhere/log", files]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /^Error: opening the log file "\/nowhere\/log": /);
  });
});

describe("what the image says", () => {
  const inspect = async (image: string, format: string) =>
    JSON.parse(await host.ok(["image", "inspect", "--format", `{{json ${format}}}`, image])) as Record<
      string,
      unknown
    >;

  test("labels and annotations of the base stay, or not", async () => {
    await host.ok([
      "build",
      "-q",
      "-t",
      "labelled",
      "--created-annotation=false",
      "--label",
      "a=1",
      "--annotation",
      "x=1",
      files,
    ]);
    const onIt = makeContext(host, "FROM localhost/labelled\nLABEL b=2\n");
    await host.ok(["build", "-q", "-t", "kept", onIt]);
    assert.equal((await inspect("kept", ".Labels")).a, "1");
    assert.equal((await inspect("kept", ".Annotations")).x, "1");
    await host.ok([
      "build",
      "-q",
      "-t",
      "shed",
      "--inherit-labels=false",
      "--inherit-annotations=false",
      "--identity-label=false",
      onIt,
    ]);
    assert.deepEqual(await inspect("shed", ".Labels"), { b: "2" });
    assert.equal((await inspect("shed", ".Annotations")).x, undefined);
    await host.ok([
      "build",
      "-q",
      "-t",
      "unset",
      "--unsetannotation",
      "x",
      "--created-annotation=false",
      onIt,
    ]);
    const left = Object.keys(await inspect("unset", ".Annotations"));
    assert.deepEqual(left.sort(), [
      "org.opencontainers.image.base.digest",
      "org.opencontainers.image.base.name",
    ]);
  });

  test("an annotation says when it was made", async () => {
    await host.ok(["build", "-q", "-t", "dated", "--timestamp", "0", files]);
    assert.equal(
      (await inspect("dated", ".Annotations"))["org.opencontainers.image.created"],
      "1970-01-01T00:00:00Z",
    );
  });

  test("HEALTHCHECK, SHELL and ONBUILD are shown", async () => {
    const lines = 'FROM scratch\nSHELL ["/bin/x","-c"]\nHEALTHCHECK CMD ["y"]\nONBUILD COPY z /z\n';
    await host.ok(["build", "-q", "-t", "docker-fields", makeContext(host, lines)]);
    const config = await inspect("docker-fields", ".Config");
    assert.deepEqual(config.Shell, ["/bin/x", "-c"]);
    assert.deepEqual(config.Healthcheck, { Test: ["CMD", "y"] });
    assert.deepEqual(config.OnBuild, ["COPY z /z"]);
  });

  test("--iidfile-raw is the ID alone", async () => {
    await host.ok(["build", "--iidfile-raw", at("raw"), files]);
    assert.match(readFileSync(at("raw"), "utf8"), /^[0-9a-f]{64}$/);
  });

  const UNMARKED = "--identity-label=false";

  test("a Dockerfile named *.in goes through cpp", async () => {
    const directory = makeContext(host, "", {
      "Dockerfile.in": "#define WHO one\nFROM scratch\nLABEL who=WHO\n",
    });
    await host.ok(["build", "-q", "-t", "cpp", "-f", "Dockerfile.in", "--cpp-flag=-DX", UNMARKED, directory]);
    assert.deepEqual(await inspect("cpp", ".Labels"), { who: "one" });
    const given = makeContext(host, "", { "Dockerfile.in": "FROM scratch\nLABEL who=WHO is=IT\n" });
    await host.ok(["build", "-q", "-t", "cpp2", "-f", "Dockerfile.in", UNMARKED, given], {
      env: { BUILDAH_CPPFLAGS: "-DWHO=two  -DIT=it" },
    });
    assert.deepEqual(await inspect("cpp2", ".Labels"), { who: "two", is: "it" });
  });
});
