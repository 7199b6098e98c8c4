import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { makeContext } from "../support/build-context.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);
const at = (name: string): string => join(host.directory, name);
const build = (directory: string, ...flags: string[]) =>
  host.ok(["build", "-q", "--network", "none", ...flags, directory]);
const layersOf = async (image: string) =>
  JSON.parse(await host.ok(["image", "inspect", "--format", "{{json .RootFS.Layers}}", image])) as string[];
const inImage = (image: string, ...command: string[]) =>
  host.ok(["run", "--rm", "--network", "none", image, ...command]);

const FILES = "FROM scratch\nCOPY a /d/a\nCOPY --chmod=600 b /d/b\n";
const files = makeContext(host, FILES, { a: "1", b: "2" });

describe("--output", () => {
  for (const [name, flags] of [
    ["type=local", `type=local,dest=${at("out1")}`],
    ["a bare path", at("out2")],
  ] as const) {
    test(name, async () => {
      assert.equal(await build(files, "-o", flags), "");
      const directory = flags.replace(/.*=/, "");
      assert.equal(readFileSync(join(directory, "d/a"), "utf8"), "1");
      assert.equal(execFileSync("stat", ["-c", "%a", join(directory, "d/b")], { encoding: "utf8" }), "600\n");
      assert.deepEqual(readdirSync(directory), ["d"]);
    });
  }

  test("a tar, to a file and to stdout", async () => {
    await build(files, "-o", `type=tar,dest=${at("out.tar")}`);
    const list = (tar: Buffer) => execFileSync("tar", ["-t"], { input: tar, encoding: "utf8" });
    assert.equal(list(readFileSync(at("out.tar"))), "d/\nd/a\nd/b\n");
    const { stdout } = await host.tspod(["build", "-q", "-o", "-", files]);
    assert.match(stdout, /^d\//);
  });

  test("an archive, which leaves no image behind", async () => {
    const before = await host.ok(["images", "-aq"]);
    await build(files, "-t", "archived", "-o", `type=oci,dest=${at("oci.tar")}`);
    await build(files, "-t", "archived", "-o", `type=docker,dest=${at("docker.tar")}`);
    assert.equal(await host.ok(["images", "-aq"]), before);
    assert.match(await host.ok(["load", "-i", at("oci.tar")]), /localhost\/archived:latest/);
    assert.match(await host.ok(["load", "-i", at("docker.tar")]), /localhost\/archived:latest/);
  });

  test("an archive has the names of --tag, without their transport, and none of another place", async () => {
    const tags = ["-t", "containers-storage:transported", "-t", `oci-archive:${at("beside.tar")}:beside`];
    await build(files, ...tags, "-o", `type=docker,dest=${at("named.tar")}`);
    const manifest = execFileSync("tar", ["-xOf", at("named.tar"), "manifest.json"], { encoding: "utf8" });
    assert.deepEqual(JSON.parse(manifest)[0].RepoTags, ["localhost/transported:latest"]);
  });

  for (const [flags, message] of [
    [
      ["-o", "type=moon,dest=x"],
      'invalid type "moon" for build output: use local, tar, oci, docker, image, registry, cacheonly',
    ],
    [["-o", "type=local"], '--output "type=local": a local output needs dest=DIRECTORY'],
    [
      ["-o", "type=image,push=true"],
      "a tag is needed when pushing to a registry: give --tag NAME, or name= in --output",
    ],
    [["--squash", "--squash-all"], "cannot specify --squash-all with --squash"],
  ] as const) {
    test(`${flags.join(" ")} is refused`, async () => {
      const { code, stdout, stderr } = await host.tspod(["build", ...flags, files]);
      assert.deepEqual([code, stdout, stderr.split("\n")[0]], [125, "", `Error: ${message}`]);
    });
  }

  test("--metadata-file", async () => {
    const id = await build(files, "--metadata-file", at("meta.json"), "-t", "meta");
    const metadata = JSON.parse(readFileSync(at("meta.json"), "utf8")) as Record<string, unknown>;
    assert.equal(metadata["containerimage.config.digest"], `sha256:${id}`);
    assert.equal(metadata["image.name"], "localhost/meta:latest");
  });
});

describe("squash", () => {
  const directory = makeContext(
    host,
    [
      "FROM localhost/base",
      "RUN echo old > /f; mkdir -p /gone/deep /kept; touch /gone/deep/x /kept/old",
      "RUN rm -rf /gone /kept/old /var/data; echo new > /f; touch /kept/new",
      "RUN mkdir /gone /var/data; echo only > /gone/only; rm /etc/notes || :",
      "USER 0",
    ].join("\n"),
  );
  const list = "cat /f; ls -A /gone /kept /var/data /etc/notes 2>&1 || :";

  test("the files are the same, in one layer on the base or in one alone", async () => {
    const plain = await build(directory);
    const expected = await inImage(plain, "sh", "-c", list);
    for (const [flag, count] of [
      ["--squash", 2],
      ["--squash-all", 1],
      ["--layers=false", 2],
    ] as const) {
      const id = await build(directory, flag);
      assert.equal((await layersOf(id)).length, count, flag);
      assert.equal(await inImage(id, "sh", "-c", list), expected, flag);
    }
    assert.match(expected, /\/gone:\nonly\n/);
  });
});

describe("what builds keep", () => {
  test("builder du lists it, builder prune frees it, images stay whole", async () => {
    await host.ok(["builder", "prune", "--force", "--all"]);
    const directory = makeContext(
      host,
      "FROM localhost/base\nRUN --mount=type=cache,id=kept,target=/c head -c 1000 /dev/zero > /c/f; head -c 5000 /dev/zero > /big\n",
    );
    const id = await build(directory);
    const du = await host.ok(["builder", "du"]);
    assert.match(du, /^ID +TYPE +RECLAIMABLE +SIZE +LAST ACCESSED +STEP\n/);
    assert.match(du, /exec\.cachemount +true +1kB .* kept\n/);
    assert.match(du, /regular +false .* RUN --mount=type=cache/);
    assert.match(await host.ok(["system", "df"]), /^Build Cache +2 /m);
    await host.ok(["rmi", id]);
    const pruned = await host.ok(["builder", "prune", "--force"]);
    assert.match(pruned, /\nTotal reclaimed space: [78]\.\d+kB$/);
    assert.doesNotMatch(await host.ok(["system", "df"]), /Build Cache/);
    assert.equal(await host.ok(["system", "check"]), "");
  });

  test("digests of a context's files are counted, by their type, and go", async () => {
    await host.ok(["builder", "prune", "--force", "--all"]);
    const digests = join(host.dataDirectory, "tspod/build/digests");
    const kept = () => (existsSync(digests) ? readdirSync(digests) : []);
    assert.deepEqual(kept(), []);
    const directory = makeContext(host, "FROM scratch\nCOPY a /\n", { a: "kept" });
    await setTimeout(2100); // What has changed just now is not remembered.
    const id = await build(directory);
    const ids = kept();
    assert.ok(ids.length > 0);
    const du = await host.ok(["builder", "du", "--verbose"]);
    for (const each of ids) assert.match(du, new RegExp(`^${each} +internal +true +\\d+B `, "m"));
    assert.match(await host.ok(["system", "df"]), new RegExp(`^Build Cache +${ids.length + 1} `, "m"));
    const prune = (type: string) => host.ok(["builder", "prune", "--force", "--filter", `type=${type}`]);
    assert.match(await prune("regular"), /^Total reclaimed space: 0B$/);
    assert.deepEqual(kept(), ids);
    const out = await prune("internal");
    for (const each of ids) assert.match(out, new RegExp(`^${each}\t\\d+B$`, "m"));
    assert.deepEqual(kept(), []);
    // What was forgotten is learnt anew.
    assert.equal(await build(directory), id);
    await build(directory, "--no-cache");
    const [again] = kept();
    assert.ok(again !== undefined);
    assert.match(await host.ok(["system", "prune", "--force"]), new RegExp(`^${again}$`, "m"));
    assert.deepEqual(kept(), []);
  });

  test("an image that is removed leaves its layers to the cache; system prune takes them", async () => {
    const directory = makeContext(host, "FROM localhost/base\nRUN echo a > /once\n");
    await host.ok(["rmi", await build(directory)]);
    const { stdout } = await host.tspod(["build", "--network", "none", directory]);
    assert.match(stdout, /Using cache/);
    await host.ok(["rmi", stdout.trim().split("\n").at(-1) ?? ""]);
    assert.match(
      await host.ok(["system", "prune", "--force"]),
      /Deleted build cache objects\n[0-9a-f]{64}\n/,
    );
    assert.ok(!existsSync(join(host.dataDirectory, "tspod/build/cache/x")));
    assert.deepEqual(readdirSync(join(host.dataDirectory, "tspod/build/cache")), []);
  });

  test("an unused build argument is told of", async () => {
    const { stderr } = await host.tspod([
      "build",
      "-q",
      "--build-arg",
      "nobody=1",
      "--build-arg",
      "TARGETARCH=x",
      files,
    ]);
    assert.equal(stderr, "[Warning] one or more build args were not consumed: [nobody]\n");
  });
});

describe("--check", () => {
  test("tells what it finds and builds nothing; 1 where it finds something", async () => {
    const directory = makeContext(host, "FROM nowhere.invalid/x\nCMD a\n");
    const { code, stdout, stderr } = await host.tspod(["build", "--check", directory]);
    assert.equal(code, 1);
    assert.match(stdout, /^Check complete, 1 warning has been found!\n\nWARNING: JSONArgsRecommended - /);
    assert.match(stdout, /\nDockerfile:2\n-+\n {3}1 \| {5}FROM nowhere\.invalid\/x\n {3}2 \| >>> CMD a\n/);
    assert.equal(stderr, "");
    assert.deepEqual(await host.tspod(["build", "--call=check", files]), {
      code: 0,
      stdout: "Check complete, no warnings found.\n",
      stderr: "",
    });
  });

  test("a file that asks for it is not built with a finding", async () => {
    const directory = makeContext(host, "# check=error=true\nFROM scratch\nCMD a\n");
    const { code, stdout, stderr } = await host.tspod(["build", directory]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(
      stderr,
      /JSONArgsRecommended.*\nError: lint violation found for rules, as the check directive asks for: see above\n$/s,
    );
  });
});

describe("what is not there", () => {
  for (const [flag, reason] of [
    ["--sbom=true", "--sbom is not supported: no scanner is run"],
    [
      "--userns-uid-map=0:0:1",
      "--userns-uid-map is not supported: RUN steps have the user namespace of the build",
    ],
    [
      "--compat-volumes",
      "--compat-volumes is not supported: changes below a VOLUME stay, as with Docker and with Podman without this flag",
    ],
  ] as const) {
    test(`${flag} is refused by name`, async () => {
      const { code, stdout, stderr } = await host.tspod(["build", flag, files]);
      assert.deepEqual([code, stdout, stderr.split("\n")[0]], [125, "", `Error: ${reason}`]);
    });
  }

  test("but what asks for none of it is taken", async () => {
    await build(files, "--provenance=false", "--sbom=false", "--progress", "plain", "--load");
  });
});
