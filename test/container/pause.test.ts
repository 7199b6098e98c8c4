import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const inspect = (name: string, field: string) => host.ok(["inspect", "--format", `{{${field}}}`, name]);
const status = (name: string) => inspect(name, ".State.Status");

async function fails(args: readonly string[], message: RegExp): Promise<void> {
  const result = await host.tspod(args);
  assert.equal(result.code, 125, result.stdout);
  assert.match(result.stderr, message);
}

describe("pause", () => {
  for (const runtime of ["crun", "runc"]) {
    test(`${runtime}: nothing in the container runs, until unpause`, async () => {
      const name = `frozen-${runtime}`;
      const script = "n=0; while :; do n=$((n+1)); echo $n >/tmp/n; sleep 0.02; done";
      await host.ok([
        "--runtime",
        runtime,
        "run",
        "-d",
        "--name",
        name,
        "-v",
        "/tmp",
        IMAGE,
        "sh",
        "-c",
        script,
      ]);
      const count = async () => {
        const [volume = ""] = (await inspect(name, "range .Mounts}}{{.Source}}{{end")).split("\n");
        return readFileSync(`${volume}/n`, "utf8");
      };
      await until(async () => (await count()) !== "", "the first count");
      assert.equal(await host.ok(["pause", name]), name);
      assert.equal(await status(name), "paused");
      assert.equal(await inspect(name, ".State.Paused"), "true");
      assert.equal(
        await host.ok(["ps", "--filter", "status=paused", "--format", "{{.Names}} {{.Status}}"]),
        `${name} Paused`,
      );
      const before = await count();
      await new Promise((done) => setTimeout(done, 200));
      assert.equal(await count(), before);
      await fails(["pause", name], /"[0-9a-f]{64}" is already paused: container state improper/);
      await fails(["exec", name, "true"], /can only create exec sessions on running containers/);
      await fails(
        ["stop", name],
        /can only stop created or running containers. [0-9a-f]{64} is in state paused/,
      );
      await fails(["restart", name], /unable to restart a container in a paused or unknown state/);
      await fails(["start", name], /must be in Created or Stopped state to be started/);
      assert.equal((await host.tspod(["rm", name])).code, 2);
      assert.equal(await host.ok(["unpause", "--all"]), await inspect(name, ".Id"));
      await until(async () => (await count()) !== before, "the next count");
      await fails(["unpause", name], /is not paused, can't unpause/);
      await host.ok(["pause", name]);
      await host.ok(["rm", "--force", name]);
    });
  }

  test("a paused container can be killed", async () => {
    await host.ok(["run", "-d", "--name", "killed", IMAGE, "sleep", "60"]);
    await host.ok(["pause", "--filter", "name=killed"]);
    await host.ok(["kill", "killed"]);
    assert.equal(await host.ok(["wait", "killed"]), "137");
    assert.equal(await status("killed"), "exited");
  });

  test("without a cgroup it is refused", async () => {
    await host.ok(["run", "-d", "--cgroups", "disabled", "--name", "groupless", IMAGE, "sleep", "60"]);
    await fails(
      ["pause", "groupless"],
      /^cannot pause the container without a cgroup\nError: `.*run.? pause [0-9a-f]{64}` failed: exit status 1/,
    );
    assert.equal(await status("groupless"), "running");
    assert.equal((await host.tspod(["pause", "--all"])).code, 125);
    await host.ok(["rm", "--force", "--time", "0", "groupless"]);
  });
});

test("what does not run can't be paused", async () => {
  await host.ok(["create", "--name", "made", IMAGE, "true"]);
  await fails(["pause", "made"], /"created" is not running, can't pause: container state improper/);
  await fails(["unpause", "made"], /is not paused, can't unpause/);
  await fails(["pause", "nosuch"], /no container with name or ID "nosuch" found/);
  await fails(["pause"], /you must provide at least one name or id/);
  assert.equal(await host.ok(["unpause", "--all"]), "");
});

describe("init", () => {
  for (const runtime of ["crun", "runc"])
    test(`${runtime}: everything is there but the process's first instruction`, async () => {
      const name = `waiting-${runtime}`;
      await host.ok([
        "--runtime",
        runtime,
        "create",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "echo began; exec sleep 60",
      ]);
      assert.equal(await host.ok(["init", name]), name);
      assert.equal(await status(name), "initialized");
      assert.ok(Number(await inspect(name, ".State.Pid")) > 0);
      assert.equal(await host.ok(["logs", name]), "");
      assert.equal(await host.ok(["ps", "--format", "{{.Names}}", "--filter", `name=${name}`]), "");
      await fails(["init", name], /has already been created in runtime: container state improper/);
      assert.equal(await host.ok(["start", name]), name);
      assert.equal(await status(name), "running");
      await until(async () => (await host.ok(["logs", name])) === "began", "the first line");
      await fails(["init", name], /has already been created in runtime/);
      await host.ok(["stop", "--time", "0", name]);
      assert.equal(await status(name), "exited");
      await host.ok(["init", name]);
      await host.ok(["rm", "--force", "--time", "0", name]);
    });

  test("start -a shows all that it prints, from the first byte on, and ends with its code", async () => {
    for (const [name, flags] of [
      ["early", []],
      ["early-tty", ["-t"]],
    ] as const) {
      await host.ok(["create", ...flags, "--name", name, IMAGE, "sh", "-c", "echo began; exit 3"]);
      await host.ok(["init", name]);
      const { code, stdout, stderr } = await host.tspod(["start", "-a", name]);
      assert.deepEqual([code, stdout.trimEnd(), stderr], [3, "began", ""]);
    }
    await host.ok(["create", "-i", "--name", "fed", IMAGE, "cat"]);
    await host.ok(["init", "fed"]);
    const fed = await host.tspod(["start", "-ai", "fed"], { input: "typed\n" });
    assert.deepEqual(fed, { code: 0, stdout: "typed\n", stderr: "" });
  });

  test("--all passes over those that run", async () => {
    const id = await host.ok(["create", IMAGE, "true"]);
    assert.ok((await host.ok(["init", "--all"])).split("\n").includes(id));
    await host.ok(["stop", id]);
    assert.equal(await status(id), "exited");
  });
});
