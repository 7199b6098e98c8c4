import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * What users of a container make in a bind mount belongs to ids that its owner outside can't touch: three
 * ways to have it back.
 */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const me = process.getuid?.();

function directory(name: string): string {
  const path = join(host.directory, name);
  mkdirSync(path);
  chmodSync(path, 0o777);
  return path;
}

/** As the container's user 1000: a file, and a directory with one. */
const MAKE = "echo x >/x/f && mkdir /x/d && echo y >/x/d/g";
const owners = (path: string) => ["f", "d", "d/g"].map((name) => statSync(join(path, name)).uid);
const mine = [me, me, me];

/** A container whose user makes these in a directory of the host, and stays. */
async function startsMaking(name: string, path: string): Promise<void> {
  const script = `${MAKE}; sleep 1000`;
  await host.ok([
    "run",
    "-d",
    "--name",
    name,
    "-u",
    "1000",
    "-v",
    `${path}:/x:own`,
    IMAGE,
    "sh",
    "-c",
    script,
  ]);
  await until(() => statSync(join(path, "d/g"), { throwIfNoEntry: false }) !== undefined, "the files");
}

describe("reclaim", () => {
  test("gives a tree to the user, and says how many files; again there is none", async () => {
    const path = directory("tree");
    await host.ok(["run", "--rm", "-u", "1000", "-v", `${path}:/x`, IMAGE, "sh", "-c", MAKE]);
    assert.notEqual(owners(path)[0], me);
    assert.deepEqual(await host.tspod(["reclaim", path]), { code: 0, stdout: "", stderr: "" });
    assert.deepEqual(owners(path), mine);
    assert.equal(readFileSync(join(path, "d/g"), "utf8"), "y\n");
  });

  test("a symlink is given itself, and what it leads to stays", async () => {
    const path = directory("links");
    const target = directory("target");
    await host.ok(["run", "--rm", "-u", "1000", "-v", `${target}:/x`, IMAGE, "sh", "-c", MAKE]);
    const before = owners(target);
    await host.ok(["run", "--rm", "-u", "1000", "-v", `${path}:/x`, IMAGE, "ln", "-s", target, "/x/out"]);
    await host.ok(["reclaim", path]);
    assert.deepEqual(owners(target), before);
    await host.ok(["reclaim", target]);
  });

  test("what is missing is one line", async () => {
    const { code, stderr } = await host.tspod(["reclaim", join(host.directory, "nosuch")]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: [^\n]*nosuch[^\n]*no such file or directory\n$/);
  });
});

describe("-v SOURCE:DESTINATION:own", () => {
  for (const [flag, mount] of [
    ["-v", (path: string) => `${path}:/x:own`],
    ["--mount", (path: string) => `type=bind,src=${path},dst=/x,own`],
  ] as const)
    test(`${flag}: at the end all is the user's`, async () => {
      const path = directory(`own${flag}`);
      await host.ok(["run", "--rm", "-u", "1000", flag, mount(path), IMAGE, "sh", "-c", MAKE]);
      assert.deepEqual(owners(path), mine);
    });

  test("with U as well: the container's user has it meanwhile", async () => {
    const path = directory("both");
    chmodSync(path, 0o755);
    const said = await host.tspod([
      "run",
      "--rm",
      "-u",
      "1000",
      "-v",
      `${path}:/x:U,own`,
      IMAGE,
      "sh",
      "-c",
      MAKE,
    ]);
    assert.deepEqual(said, { code: 0, stdout: "", stderr: "" });
    assert.deepEqual([statSync(path).uid, ...owners(path)], [me, ...mine]);
  });

  test("also when the container is killed", async () => {
    const path = directory("killed");
    await startsMaking("k", path);
    await host.ok(["kill", "k"]);
    await host.ok(["wait", "k"]);
    await until(() => owners(path)[2] === me, "the owner");
    await host.ok(["rm", "k"]);
  });

  test("also when its monitor was killed: the next command does it", async () => {
    const path = directory("lost");
    await startsMaking("l", path);
    const [monitor, pid] = (
      await host.ok(["inspect", "--format", "{{.State.ConmonPid}} {{.State.Pid}}", "l"])
    ).split(" ");
    await host.ok(["unshare", "kill", "-9", String(monitor), String(pid)]);
    await host.tspod(["rm", "-f", "-t", "0", "l"]);
    assert.deepEqual(owners(path), mine);
  });

  test("a volume is the user's anyway", async () => {
    const { code, stderr } = await host.tspod(["run", "--rm", "-v", "v:/x:own", IMAGE, "true"]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: the mount option "own" is for directories of the host/);
  });
});

describe("a directory that the container's user can't write to", () => {
  const warned = async (...args: string[]) =>
    (await host.tspod(["run", "--rm", ...args, IMAGE, "true"])).stderr.includes("can't write to");
  test("is warned of before the program fails, with three ways out", async () => {
    const path = directory("closed");
    chmodSync(path, 0o755);
    const { stderr } = await host.tspod(["run", "--rm", "-u", "1000", "-v", `${path}:/x`, IMAGE, "true"]);
    assert.match(
      stderr,
      /^WARN\[0000\] uid 1000 of the container can't write to "[^"]*closed" \(mounted on \/x\): /,
    );
    for (const way of ["--userns=keep-id:uid=1000,gid=", ":/x:U,own", "chmod o+w"])
      assert.ok(stderr.includes(way), way);
  });
  test("not where it can write, or is root, or wants to read only, or for others' directories", async () => {
    const path = directory("open");
    assert.equal(await warned("-u", "1000", "-v", `${path}:/x`), false);
    chmodSync(path, 0o755);
    assert.equal(await warned("-v", `${path}:/x`), false);
    assert.equal(await warned("-u", "1000", "-v", `${path}:/x:ro`), false);
    assert.equal(await warned("-u", "1000", "-v", `${path}:/x:O`), false);
    assert.equal(await warned("-u", "1000", "-v", "/etc:/x"), false);
    assert.equal(await warned("-u", "1000", "-v", "/etc/hostname:/x"), false);
  });
});
