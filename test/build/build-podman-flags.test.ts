import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {} } });
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);

const build = (...args: string[]) => host.tspod(["build", "--network", "none", ...args]);
const at = (name: string) => join(host.directory, name);
const LABEL = "io.buildah.version";

async function labelsOf(image: string): Promise<Record<string, string>> {
  return JSON.parse(await host.ok(["image", "inspect", "--format", "{{json .Config.Labels}}", image])) ?? {};
}

describe("--userns=auto", () => {
  const ids = makeContext(
    host,
    "FROM localhost/base\nRUN cat /proc/self/uid_map; touch /n; chown 3:4 /n; chown 2000 /n || echo no\n",
  );

  test("a step has root and the 1024 ids after it, whose files keep their owners", async () => {
    const { code, stdout, stderr } = await build("--no-cache", "--userns=auto", "-t", "auto", ids);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ +0 +0 +1\n +1 +1 +1024\n/m);
    assert.match(stdout, /^no$/m);
    assert.equal(await host.ok(["run", "--rm", "auto", "stat", "-c", "%u:%g", "/n"]), "3:4");
  });

  test("as many as it says, and what is mapped by hand", async () => {
    const flag = "--userns=auto:size=500,uidmapping=0:0:1";
    const { code, stdout, stderr } = await build("--no-cache", flag, ids);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ +0 +0 +1\n +1 +1 +499\n/m);
  });

  for (const [value, message] of [
    ["auto:uidmapping=1:0:1", /^Error: --userns auto: id 1 can't be mapped to 0: /],
    ["auto:size=99999999", /^Error: --userns "auto:size=99999999": could not find enough available IDs\n$/],
    ["auto:foo=1", /^Error: invalid option specified: "foo"\n$/],
    ["keep-id", /^Error: --userns "keep-id" is not supported: /],
  ] as const) {
    test(`${value} is refused`, async () => {
      const { code, stdout, stderr } = await build("--userns", value, ids);
      assert.equal(code, 125);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }
});

describe("--tag of a transport of files", () => {
  const context = makeContext(host, "FROM localhost/base\nENV tagged=1\n");

  test("alone it leaves no image in the store", async () => {
    const { code, stdout, stderr } = await build("-t", `dir:${at("dir")}`, context);
    assert.equal(code, 0, stderr);
    const id = stdout.trim().split("\n").at(-1) ?? "";
    assert.ok(stdout.includes(`COMMIT dir:${at("dir")}\n`), stdout);
    const { config } = JSON.parse(readFileSync(join(at("dir"), "manifest.json"), "utf8"));
    assert.equal(config.digest, `sha256:${id}`);
    assert.ok(readdirSync(at("dir")).includes(id));
    assert.equal((await host.tspod(["image", "exists", id])).code, 1);
  });

  test("beside a name", async () => {
    const file = at("archive.tar");
    const { code, stdout, stderr } = await build("-t", "named", "-t", `oci-archive:${file}:it`, context);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Successfully tagged localhost\/named:latest$/m);
    await host.ok(["rmi", "named"]);
    assert.match(await host.ok(["load", "-i", file]), /localhost\/it:latest/);
  });

  test("a place that can't be written, and several platforms", async () => {
    writeFileSync(at("file"), "");
    const failed = await build("-t", `dir:${at("file/below")}`, context);
    assert.equal(failed.code, 125);
    assert.match(failed.stderr, /^Error: .*file\/below.*\n$/);
    const several = ["--platform", "linux/amd64,linux/arm64", "-t", `dir:${at("two")}`];
    const refused = await build(...several, makeContext(host, "FROM scratch\nENV a=1\n"));
    assert.equal(refused.code, 125);
    assert.match(refused.stderr, /takes one platform: build for one at a time/);
  });
});

describe("what an image says of itself", () => {
  test("the label of the builder, unless it is to be the same everywhere", async () => {
    const context = makeContext(host, "FROM scratch\nENV a=1\n");
    const dated = ["--timestamp", "0"];
    for (const [flags, has] of [
      [[], true],
      [["--identity-label=false"], false],
      [dated, false],
      [[...dated, "--identity-label"], true],
      [["--unsetlabel", LABEL], false],
    ] as const) {
      await host.ok(["build", "-q", "-t", "label", ...flags, context]);
      assert.equal(LABEL in (await labelsOf("label")), has, flags.join(" "));
    }
    assert.equal(
      (await host.ok(["buildx", "version"])).trim(),
      `buildah ${(await host.ok(["info", "--format", "{{.Host.BuildahVersion}}"])).trim()}`,
    );
  });

  test("the platform that was asked for, whatever its base is for", async () => {
    const { arch } = process;
    const [own, other] = arch === "x64" ? ["amd64", "arm64"] : ["arm64", "amd64"];
    const context = makeContext(host, `FROM --platform=linux/${own} localhost/base\nENV a=1\n`);
    await host.ok(["build", "-q", "-t", "other", "--platform", `linux/${other}`, context]);
    assert.equal(
      (await host.ok(["image", "inspect", "--format", "{{.Architecture}}", "other"])).trim(),
      other,
    );
    await host.ok(["build", "-q", "-t", "own", context]);
    assert.equal((await host.ok(["image", "inspect", "--format", "{{.Architecture}}", "own"])).trim(), own);
  });
});

test("the mount points of --volume are not in the image", async () => {
  const source = at("mounted");
  mkdirSync(source);
  writeFileSync(join(source, "file"), "of the host\n");
  const context = makeContext(host, "FROM localhost/base\nRUN cat /mm/deep/file /mm/file\n");
  const volumes = [`${source}:/mm/deep`, `${source}/file:/mm/file`].flatMap((text) => ["-v", text]);
  const { code, stdout, stderr } = await build(...volumes, "-t", "seen", context);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^of the host\nof the host$/m);
  assert.equal((await host.tspod(["run", "--rm", "seen", "ls", "/mm"])).code, 1);
});
