import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { tarArchive } from "../support/tar-archive.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * Directories in each other, deeper than calls can be nested, and further down than a path may be long: 2 ·
 * 1001 levels, 8 kB of path. A container makes them by moving one chain to the end of another.
 */

const CHAIN = "/dir".repeat(1000);
const ROUNDS = 2;
/** Where the file is. */
const WAY = `deep${`${CHAIN}/old`.repeat(ROUNDS)}/file`;
/** Names from `deep` to the file. */
const LEVELS = WAY.split("/").length;

const MAKE = `set -e; cd "$1"; mkdir old; echo content >old/file
  for round in 1 2; do mkdir -p new${CHAIN}; mv old new${CHAIN}/old; mv new old; done
  mv old deep`;
/** The other way: the innermost chain comes out. */
const UNDO = `set -e; cd "$1"; mv deep old
  for round in 1 2; do mv old${CHAIN}/old inner; mv old "done$round"; mv inner old; done; cat old/file`;

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (path: string) => join(host.directory, path);

/** Makes thousands of directories, or removes them: seconds each on a machine that is busy. */
const SLOW = { timeoutMs: 110_000 };
const ok = (...args: string[]) => host.ok(args, SLOW);
const inside = (container: string, script: string, directory: string) =>
  ok("exec", container, "sh", "-c", script, "sh", directory);

/** That a tar has the directories, each once, and the file with its content. */
function assertHasAll(tar: string, prefix: string): void {
  const names = execFileSync("tar", ["-tf", tar], { encoding: "utf8", maxBuffer: 1 << 28 }).split("\n");
  const deep = names.filter((name) => name.startsWith(`${prefix}deep`));
  assert.deepEqual([deep.length, new Set(deep).size, deep.at(-1)], [LEVELS, LEVELS, `${prefix}${WAY}`]);
  assert.equal(execFileSync("tar", ["-xOf", tar, `${prefix}${WAY}`], { encoding: "utf8" }), "content\n");
}

/** What an image or a volume holds, packed anew. */
async function assertImageHasAll(image: string, prefix: string): Promise<void> {
  await ok("create", "--name", "of-image", image, "true");
  await ok("export", "-o", at("of-image.tar"), "of-image");
  assertHasAll(at("of-image.tar"), prefix);
  await ok("rm", "of-image");
}

before(async () => {
  await ok("run", "-d", "--name", "c", "-v", "v:/v", IMAGE, "sleep", "1000");
  await inside("c", MAKE, "/tmp");
  await inside("c", MAKE, "/v");
});

describe("directories deeper than a path is long", () => {
  test("export", async () => {
    assert.deepEqual(await host.tspod(["export", "-o", at("c.tar"), "c"], SLOW), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    assertHasAll(at("c.tar"), "tmp/");
  });

  test("diff, also between two containers, and ps --size", async () => {
    const lines = (await ok("diff", "c")).split("\n");
    assert.equal(lines.filter((line) => line.startsWith("A /tmp/deep")).length, LEVELS);
    assert.ok(lines.includes(`A /tmp/${WAY}`));
    const between = (await ok("diff", "c", IMAGE)).split("\n");
    assert.equal(between.filter((line) => line.startsWith("A /tmp/deep")).length, LEVELS);
    assert.match(await ok("ps", "--size", "--format", "{{.Size}}"), /^8B /);
  });

  test("commit, and a container of the image", async () => {
    await ok("commit", "--quiet", "c", "deep");
    assert.equal(await ok("run", "--rm", "deep", "sh", "-c", "echo /tmp/*"), "/tmp/deep");
    await assertImageHasAll("deep", "tmp/");
    const lines = (await ok("image", "diff", "deep")).split("\n");
    assert.equal(lines.filter((line) => line.startsWith("A /tmp/deep")).length, LEVELS);
  });

  test("volume export and import", async () => {
    await ok("volume", "export", "-o", at("v.tar"), "v");
    assertHasAll(at("v.tar"), "");
    await ok("volume", "create", "w");
    await ok("volume", "import", "w", at("v.tar"));
    assert.equal(await ok("run", "--rm", "-v", "w:/w", IMAGE, "sh", "-c", UNDO, "sh", "/w"), "content");
  });

  test("cp out of a container, from one into another, and in", async () => {
    await ok("cp", "c:/v/deep", at("out"));
    await ok("cp", "c:/v/deep", "c:/home/");
    assert.equal(await inside("c", UNDO, "/home"), "content");
    mkdirSync(at("again"));
    await ok("cp", at("out"), "c:/root/deep");
    assert.equal(await inside("c", UNDO, "/root"), "content");
  });

  test("COPY of a build, its layer, and the cache's look at it", async () => {
    mkdirSync(at("context"));
    execFileSync("mv", [at("out"), at("context/deep")]);
    writeFileSync(at("context/Dockerfile"), `FROM ${IMAGE}\nCOPY . /copied/\n`);
    for (const image of ["built", "cached"]) await ok("build", "--quiet", "-t", image, at("context"));
    await assertImageHasAll("cached", "copied/");
  });

  test("save, load and system check", async () => {
    await ok("save", "--quiet", "-o", at("deep.tar"), "deep");
    await ok("rmi", "-f", "deep");
    await ok("load", "--quiet", "-i", at("deep.tar"));
    await assertImageHasAll("deep", "tmp/");
    assert.deepEqual(await host.tspod(["system", "check"], SLOW), { code: 0, stdout: "", stderr: "" });
  });

  test("a volume's first use copies it up, and :U gives it away", async () => {
    assert.equal(await ok("run", "--rm", "-v", "x:/tmp", "deep", "echo", "used"), "used");
    const given = ["run", "--rm", "-v", "x:/tmp:U", "--user", "1000:1000", "deep"];
    assert.equal(await ok(...given, "sh", "-c", UNDO, "sh", "/tmp"), "content");
  });

  test("import, and what is too deep is refused in one line", async () => {
    await ok("import", "--quiet", at("c.tar"), "imported");
    await assertImageHasAll("imported", "tmp/");
    const path = `${"d/".repeat(20_000)}file`;
    writeFileSync(at("abyss.tar"), tarArchive([{ path: "file", content: "x", pax: { path } }]));
    const { code, stdout, stderr } = await host.tspod(["import", "--quiet", at("abyss.tar")], SLOW);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /^Error: .*"d\/d\/[d/]+…" is 20000 directories deep: an archive may have 16384\n$/);
  });

  test("removal leaves nothing of them", async () => {
    await ok("rm", "--force", "--time", "0", "c");
    await ok("volume", "rm", "v", "w", "x");
    await ok("rmi", "--all", "--force");
    await ok("builder", "prune", "--all", "--force");
    for (const directory of ["containers", "volumes", "layers", "tmp"])
      assert.deepEqual(readdirSync(join(host.dataDirectory, "tspod", directory)), [], directory);
    assert.equal(existsSync(at("context/deep")), true);
    await ok("unshare", "rm", "-r", at("context"));
  });
});
