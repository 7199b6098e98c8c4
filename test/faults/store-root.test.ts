import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
const { host } = world;
const before = readdirSync(host.directory);
after(async () => {
  const made = readdirSync(host.directory).filter((name) => !before.includes(name));
  // layers have files of subordinate ids
  await host.ok(["unshare", "rm", "-rf", ...made.map((name) => at(name))]);
  await world.close();
});
const at = (...names: string[]) => join(host.directory, ...names);
const LONG_AGO = new Date("2001-01-01");
const refused = (root: string) => ({
  code: 125,
  stdout: "",
  stderr: `Error: "${root}" is no store, and not empty: give --root an empty directory, or one that is not there yet\n`,
});

/** A user's directory, with names that a store has too, and things of long ago, which a store sweeps. */
function home(name: string): string {
  const root = at(name);
  for (const path of ["tmp/precious", "layers/mine", "volumes/mine", "names", "partial", "containers/mine"])
    mkdirSync(join(root, path), { recursive: true });
  for (const path of [
    "tmp/notes",
    "partial/notes",
    "layers/mine/notes",
    "volumes/mine/notes",
    "names/notes",
  ]) {
    writeFileSync(join(root, path), "mine");
    utimesSync(join(root, path), LONG_AGO, LONG_AGO);
  }
  return root;
}

describe("a --root that is no store", () => {
  const commands = [
    ["pull", "-q", IMAGE],
    ["run", "--rm", IMAGE, "true"],
    ["rmi", "-a"],
    ["images"],
    ["ps", "-a"],
    ["volume", "prune", "-f"],
    ["volume", "rm", "mine"],
    ["system", "prune", "-af"],
    ["system", "check", "--repair"],
    ["system", "reset", "--force"],
  ];
  for (const args of commands)
    test(`${args.join(" ").replace(IMAGE, "IMAGE")}: refused, nothing changes`, async () => {
      const root = home(`home-${args.join("-").replaceAll(/\W/g, "")}`);
      const before = readdirSync(root, { recursive: true }).sort();
      assert.deepEqual(await host.tspod(["--root", root, ...args]), refused(root));
      assert.deepEqual(readdirSync(root, { recursive: true }).sort(), before);
    });

  test("an empty directory is made one", async () => {
    mkdirSync(at("empty"));
    assert.equal(await host.ok(["--root", at("empty"), "volume", "ls", "-q"]), "");
    assert.ok(existsSync(at("empty/store.json")));
  });

  test("a directory of another user is refused", async () => {
    mkdirSync(at("foreign"));
    await host.ok(["unshare", "chown", "7:7", at("foreign")]);
    await host.ok(["unshare", "chmod", "755", at("foreign")]);
    const { code, stdout, stderr } = await host.tspod(["--root", at("foreign"), "ps", "-a"]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.equal(stderr, `Error: the store's directory "${at("foreign")}" belongs to another user (uid 7)\n`);
    await host.ok(["unshare", "rm", "-r", at("foreign")]);
  });

  test("so is a store that another user has prepared", async () => {
    await host.ok(["--root", at("prepared"), "volume", "create", "v"]);
    await host.ok(["unshare", "chown", "7:7", at("prepared")]);
    await host.ok(["unshare", "chmod", "755", at("prepared")]);
    const { code, stderr } = await host.tspod(["--root", at("prepared"), "ps", "-a"]);
    assert.equal(code, 125);
    assert.equal(
      stderr,
      `Error: the store's directory "${at("prepared")}" belongs to another user (uid 7)\n`,
    );
    await host.ok(["unshare", "rm", "-r", at("prepared")]);
  });
});

describe("a store", () => {
  test("keeps what others have put into it, through removals and a reset", async () => {
    const root = at("shared");
    const withRoot = ["--root", root];
    await host.ok([...withRoot, "pull", "-q", IMAGE]);
    await host.ok([...withRoot, "volume", "create", "v"]);
    await host.ok([...withRoot, "create", "--name", "c", IMAGE]);
    const directories = ["tmp", "partial", "layers", "volumes", "names", "containers", "images/blobs/sha256"];
    for (const directory of directories)
      for (const name of [".directory", "my precious"]) {
        mkdirSync(join(root, directory, name));
        writeFileSync(join(root, directory, name, "notes"), "mine");
        utimesSync(join(root, directory, name), LONG_AGO, LONG_AGO);
      }
    for (const args of [
      ["ps", "-a"],
      ["volume", "ls"],
      ["system", "df"],
    ])
      assert.equal((await host.tspod([...withRoot, ...args])).stderr, "");
    await host.ok([...withRoot, "rm", "c"]);
    await host.ok([...withRoot, "rmi", "-a"]);
    await host.ok([...withRoot, "volume", "prune", "-f"]);
    await host.ok([...withRoot, "system", "prune", "-af"]);
    assert.deepEqual(await host.tspod([...withRoot, "system", "reset", "-f"]), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    for (const directory of directories)
      assert.deepEqual(readdirSync(join(root, directory)).sort(), [".directory", "my precious"], directory);
  });

  for (const name of ["layers", "tmp", "volumes", "containers", "names", "partial", "images"])
    test(`with a symlink for ${name} is refused: what that leads to is nobody's to empty`, async () => {
      const root = at(`linked-${name}`);
      await host.ok(["--root", root, "volume", "ls"]);
      const target = home(`target-${name}`);
      const before = readdirSync(target, { recursive: true }).sort();
      renameSync(join(root, name), join(root, `${name}.old`));
      symlinkSync(target, join(root, name));
      for (const args of [
        ["rmi", "-a"],
        ["system", "reset", "-f"],
        ["pull", "-q", IMAGE],
      ])
        assert.deepEqual(await host.tspod(["--root", root, ...args]), {
          code: 125,
          stdout: "",
          stderr: `Error: "${join(root, name)}" is a symbolic link: what is in a store must be its own (link the whole store instead)\n`,
        });
      assert.deepEqual(readdirSync(target, { recursive: true }).sort(), before);
    });

  test("works with a directory of it that is missing", async () => {
    const root = at("incomplete");
    await host.ok(["--root", root, "pull", "-q", IMAGE]);
    for (const name of ["names", "locks", "containers", "tmp", "partial", "volumes"]) {
      renameSync(join(root, name), at(`gone-${name}`));
      assert.equal(await host.ok(["--root", root, "run", "--rm", IMAGE, "echo", "well"]), "well", name);
    }
  });

  test("does not follow a mistyped --runroot", async () => {
    const runroot = at("run-root");
    mkdirSync(join(runroot, "containers/mine"), { recursive: true });
    utimesSync(join(runroot, "containers/mine"), LONG_AGO, LONG_AGO);
    await host.ok(["--runroot", runroot, "ps", "-a"]);
    await host.ok(["--runroot", runroot, "create", "--name", "r", IMAGE]);
    await host.ok(["--runroot", runroot, "rm", "r"]);
    assert.ok(existsSync(join(runroot, "containers/mine")));
  });
});
