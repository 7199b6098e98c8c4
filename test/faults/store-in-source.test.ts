import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

// What is copied has the store in it, and the copy is in the store: without care it has no end.
const world = await makeWorld();
after(() => world.close());
const { host } = world;
const store = join(host.dataDirectory, "tspod");

before(async () => {
  writeFileSync(join(host.directory, "mine"), "mine\n");
  mkdirSync(join(host.dataDirectory, "beside"));
  await host.ok(["create", "--name", "stopped", IMAGE, "true"]);
  await host.ok(["run", "-d", "--name", "up", "--stop-signal", "KILL", IMAGE, "sleep", "1000"]);
});

const LEFT_OUT = new RegExp(`level=warning msg="left out .*${store}.*: the copy is in there itself"\n$`);
const NO_END =
  /^Error: ".*" is in tspod's own store, with the container's files in it: a copy would have no end\n$/;

describe("cp of a directory with the store in it", () => {
  for (const name of ["stopped", "up"]) {
    test(`into a container that is ${name}`, async () => {
      const { code, stdout, stderr } = await host.tspod(["cp", ".", `${name}:/x`]);
      assert.deepEqual([code, stdout], [0, ""]);
      assert.match(stderr, LEFT_OUT);
      await host.ok(["cp", `${name}:/x`, `out-${name}`]);
      const copied = execFileSync("find", [`out-${name}`, "-path", "*/data/tspod"], { cwd: host.directory });
      assert.equal(copied.toString(), "", "the store is not in the copy");
      const there = ["mine", "data/beside", "conf/registries.conf"].map((path) => `out-${name}/${path}`);
      execFileSync("ls", ["-d", ...there], { cwd: host.directory });
    });

    test(`the store itself, into a container that is ${name}`, async () => {
      const id = await host.ok(["inspect", "--format", "{{.Id}}", name]);
      for (const source of [store, `${store}/.`, join(store, "containers"), join(store, "containers", id)]) {
        const { code, stdout, stderr } = await host.tspod(["cp", source, `${name}:/y`]);
        assert.deepEqual([code, stdout], [125, ""]);
        assert.match(stderr, NO_END);
      }
    });
  }

  test("what is in a volume of the store is copied", async () => {
    await host.ok(["volume", "create", "full"]);
    writeFileSync(join(store, "volumes/full/_data/kept"), "kept\n");
    await host.ok(["cp", join(store, "volumes/full/_data/."), "up:/z"]);
    assert.equal(await host.ok(["exec", "up", "cat", "/z/kept"]), "kept");
  });

  test("through a bind mount, from container to container", async () => {
    await host.ok(["create", "--name", "bound", "-v", `${host.directory}:/h`, IMAGE, "true"]);
    const { code, stderr } = await host.tspod(["cp", "bound:/h/.", "up:/w"]);
    assert.equal(code, 0);
    assert.match(stderr, LEFT_OUT);
    assert.equal(await host.ok(["exec", "up", "cat", "/w/mine"]), "mine");
    assert.equal(await host.ok(["exec", "up", "find", "/w", "-path", "*/data/tspod"]), "");
  });

  test("from a container into a directory that the source has in it", async () => {
    await host.ok(["cp", "bound:/h/conf/.", "conf/again"]);
    execFileSync("ls", [join(host.configDirectory, "again/registries.conf")]);
  });
});

test("build with such a context leaves the store out, and says so", async () => {
  writeFileSync(
    join(host.directory, "Containerfile"),
    `FROM ${IMAGE}\nCOPY . /all\nRUN ls /all/data /all/mine\n`,
  );
  const { code, stderr } = await host.tspod(["build", "--quiet", "--tag", "all", "."]);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /level=warning msg="left out .*data\/tspod.* of the context: it is the store, where the build is"/,
  );
  assert.equal(await host.ok(["run", "--rm", "all", "ls", "/all/data"]), "beside");
});

test("build refuses the store as its context", async () => {
  const { code, stdout, stderr } = await host.tspod(["build", "--file", "Containerfile", store]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.equal(stderr, `Error: the context "${store}" is tspod's own store, where the build is\n`);
});

test("a secret is not read to its end where that never comes", async () => {
  const { code, stdout, stderr } = await host.tspod(["secret", "create", "endless", "/dev/zero"]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.equal(stderr, "Error: secret data must be larger than 0 and less than 512000 bytes\n");
});

test("a secret from a pipe, with a name that is no word", async () => {
  await host.ok(["secret", "create", "bad name", "-"], { input: "hush" });
  assert.equal(
    await host.ok(["run", "--rm", "--secret", "bad name", IMAGE, "cat", "/run/secrets/bad name"]),
    "hush",
  );
  for (const name of [".", "..", "a=b", "a/b", "a,b", "", "x".repeat(251)])
    assert.equal((await host.tspod(["secret", "create", name, "-"], { input: "hush" })).code, 125, name);
  await host.ok(["secret", "rm", "bad name"]);
});

test("descriptors of tspod itself are not the caller's", async () => {
  for (const fd of [6, 9, 15]) {
    const { code, stderr } = await host.tspod(["exec", "--preserve-fd", String(fd), "up", "true"]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: file descriptor \d+ is not available - the preserve-fd option requires/);
  }
});

test("volume ls --filter since and after", async () => {
  await host.ok(["volume", "create", "later"]);
  assert.equal(await host.ok(["volume", "ls", "-q", "--filter", "since=full"]), "later");
  assert.equal(await host.ok(["volume", "ls", "-q", "--filter", "after=later"]), "");
});
