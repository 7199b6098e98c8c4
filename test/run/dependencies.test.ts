import assert from "node:assert/strict";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const create = (name: string, ...flags: string[]) =>
  host.ok(["create", "--name", name, "--network", "none", ...flags, IMAGE, "sleep", "100"]);
const states = async () =>
  (await host.ok(["ps", "-a", "--format", "{{.Names}}"])).split("\n").filter(Boolean).sort().join(" ");

test("--requires: the other one is started first, and can't be removed before", async () => {
  const base = await create("base");
  const top = await create("top", "--requires", "base");
  assert.equal(await host.ok(["inspect", "-f", "{{.Dependencies}}", "top"]), `[${base}]`);
  await host.ok(["start", "top"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "base"]), "running");
  assert.deepEqual(await host.tspod(["rm", "-f", "base"]), {
    code: 125,
    stdout: "",
    stderr: `Error: container ${base} has dependent containers which must be removed before it: ${top}: container already exists\n`,
  });
  assert.equal((await host.tspod(["rm", "-ft", "0", "--depend", "base"])).stdout, `${top}\nbase\n`);
  assert.equal(await states(), "");
});

test("a container whose namespace is shared is one too; a new name changes nothing", async () => {
  await create("net");
  await create("user", "--ipc", "container:net", "--pid", "container:net");
  await host.ok(["rename", "net", "renamed"]);
  await host.ok(["start", "user"]);
  assert.equal(await states(), "renamed user");
  assert.equal((await host.tspod(["rm", "renamed"])).code, 2);
  await host.ok(["rm", "-aft", "0"]);
  assert.equal(await states(), "");
});

test("a container that is gone, as --rm does it, is no obstacle", async () => {
  await create("base");
  await host.ok(["run", "--rm", "--requires", "base", "--network", "none", IMAGE, "true"]);
  await host.ok(["rm", "-ft", "0", "base"]);
});

test("one that is not there", async () => {
  assert.deepEqual(await host.tspod(["create", "--requires", "nosuch", IMAGE]), {
    code: 125,
    stdout: "",
    stderr:
      'Error: "nosuch" is not a valid container, cannot be used as a dependency: no container with name or ID "nosuch" found: no such container\n',
  });
  assert.deepEqual(await host.tspod(["create", "--network", "container:nosuch", IMAGE]), {
    code: 125,
    stdout: "",
    stderr:
      'Error: looking up container to share net namespace with: no container with name or ID "nosuch" found: no such container\n',
  });
});

for (const share of [
  ["--requires", "bad"],
  ...["network", "ipc", "pid", "uts"].map((kind) => [`--${kind}`, "container:bad"]),
]) {
  test(`${share.join(" ")}: one that can't be started is not said to be the command of the other`, async () => {
    const flags = ["--network", "none", "--ipc", "shareable"];
    const bad = await host.ok(["create", "--name", "bad", ...flags, IMAGE, "/nosuch"]);
    const reason = new RegExp(
      `^Error: (unable to start container "\\w+": )?starting container ${bad}, which container [0-9a-f]{64} needs: .*/nosuch.*\\n$`,
    );
    const run = await host.tspod(["run", "--rm", ...share, IMAGE, "true"]);
    assert.deepEqual([run.code, run.stdout], [126, ""]);
    assert.match(run.stderr, reason);
    await host.ok(["create", "--name", "user", ...share, IMAGE, "true"]);
    const start = await host.tspod(["start", "user"]);
    assert.deepEqual([start.code, start.stdout], [125, ""]);
    assert.match(start.stderr, reason);
    assert.equal(await states(), "bad user");
    await host.ok(["rm", "-aft", "0"]);
  });
}
