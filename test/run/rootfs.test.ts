import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const root = join(host.directory, "a, root");
const run = (flags: readonly string[], path: string, script: string) =>
  host.ok(["run", ...flags, "--rootfs", path, "sh", "-c", script], { cwd: host.directory });

before(async () => {
  mkdirSync(root);
  await host.ok(["create", "--name", "whole", IMAGE]);
  await host.ok(["cp", "whole:/", root]);
});

test("a directory is the root filesystem, by a relative path too", async () => {
  await run(["--name", "in"], "a, root", "echo 1 >/new");
  assert.equal(readFileSync(join(root, "new"), "utf8"), "1\n");
  assert.equal(await host.ok(["inspect", "-f", "{{.Rootfs}}", "in"]), root);
  assert.match(await host.ok(["cp", "in:/new", "-"]), /^new\0/);
  await host.ok(["start", "-a", "in"]);
  assert.match((await host.tspod(["diff", "in"])).stderr, /was made with --rootfs/);
});

test(":O leaves the directory as it is", async () => {
  await run(["--name", "over"], `${root}:O`, "echo 2 >/new; echo 3 >/newer");
  assert.deepEqual(
    [readFileSync(join(root, "new"), "utf8"), existsSync(join(root, "newer"))],
    ["1\n", false],
  );
  assert.equal(await host.ok(["inspect", "-f", "{{.Rootfs}}", "over"]), root);
  assert.match(await host.ok(["diff", "over"]), /^C \/new\nA \/newer$/m);
  assert.match(await host.ok(["cp", "over:/newer", "-"]), /^newer\0/);
  assert.match(await host.ok(["export", "over"]), /\0newer\0/);
  await run(["--rm", "--read-only"], "./a, root:O", "! touch /x");
  assert.equal((await host.tspod(["commit", "over", "x"])).code, 125);
  await host.ok(["rm", "over"]);
  assert.ok(existsSync(join(root, "bin/sh")));
});

test("another user's directory is refused by its name, and nothing is left", async () => {
  const before = await host.ok(["ps", "-aq"]);
  const { code, stdout, stderr } = await host.tspod(["run", "--rootfs", "/root", "true"]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(
    stderr,
    /^Error: running container create option: faccessat \/root: permission denied: it is another user's \(mode 7\d\d\), and your containers can use no more than you can\n$/,
  );
  assert.equal(await host.ok(["ps", "-aq"]), before);
});

for (const [path, message] of [
  [
    `${root}:idmap`,
    `--rootfs ${root}:idmap is not supported: without root no directory can be mounted with other ids`,
  ],
  [`${root}:Oops`, `running container create option: faccessat ${root}:Oops: no such file or directory`],
  ["/nosuch:O", "running container create option: faccessat /nosuch: no such file or directory"],
  [":O", "must set root filesystem source to either image or rootfs: invalid argument"],
] as const)
  test(`${path.slice(path.lastIndexOf("/"))} is refused`, async () => {
    assert.deepEqual(await host.tspod(["run", "--rm", "--rootfs", path, "true"]), {
      code: 125,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
  });
