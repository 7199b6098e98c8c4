import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const run = (name: string, ...flags: string[]) =>
  host.ok([
    "run",
    "-d",
    "--name",
    name,
    ...flags,
    IMAGE,
    "sh",
    "-c",
    "trap 'exit 3' TERM; while :; do sleep 0.1; done",
  ]);
const inspect = (name: string, field: string) => host.ok(["inspect", "--format", `{{${field}}}`, name]);

async function fails(args: readonly string[], message: RegExp, code = 125): Promise<void> {
  const result = await host.tspod(args);
  assert.equal(result.code, code, result.stderr);
  assert.match(result.stderr, message);
}

describe("restart", () => {
  test("a running container gets a new process, with its name printed as typed", async () => {
    const id = await run("again");
    const before = await inspect("again", ".State.Pid");
    assert.equal(await host.ok(["restart", "again"]), "again");
    assert.notEqual(await inspect("again", ".State.Pid"), before);
    assert.equal(await host.ok(["restart", "--time", "0", id.slice(0, 12)]), id.slice(0, 12));
  });

  test("one that has ended is started", async () => {
    await host.ok(["create", "--name", "ended", IMAGE, "sleep", "60"]);
    await host.ok(["restart", "ended"]);
    assert.equal(await inspect("ended", ".State.Status"), "running");
  });

  test("one of --rm stays", async () => {
    await run("brief", "--rm");
    await host.ok(["restart", "brief"]);
    assert.equal(await inspect("brief", ".State.Status"), "running");
    await host.ok(["stop", "brief"]);
    await fails(["container", "exists", "brief"], /^$/, 1);
  });

  test("--running takes those that run, --filter those that fit", async () => {
    await host.ok(["create", "--name", "idle", IMAGE, "sleep", "60"]);
    await host.ok(["restart", "--running", "--time", "0"]);
    assert.equal(await inspect("idle", ".State.Status"), "created");
    assert.equal(await host.ok(["restart", "--running", "idle"]), "");
    assert.equal(await inspect("idle", ".State.Status"), "created");
    const id = await inspect("idle", ".Id");
    assert.equal(await host.ok(["restart", "--filter", "name=idle"]), id);
  });

  for (const [args, message] of [
    [["restart"], /you must provide at least one name or id/],
    [["restart", "nosuch"], /no container with name or ID "nosuch" found: no such container/],
    [["restart", "--all", "x"], /no arguments are needed with --all/],
    [["restart", "--filter", "foo=a"], /foo is an invalid filter/],
  ] as const)
    test(`${args.join(" ")}: refused`, () => fails(args, message));
});

describe("rename", () => {
  test("the new name is the container's, the old one is free", async () => {
    const id = await host.ok(["create", "--name", "old", IMAGE, "true"]);
    await host.ok(["rename", "old", "new"]);
    assert.equal(await inspect("new", ".Id"), id);
    await fails(["container", "exists", "old"], /^$/, 1);
    await host.ok(["rename", "new", "new"]);
    await host.ok(["create", "--name", "old", IMAGE, "true"]);
    await fails(["rename", "new", "old"], /renaming container [0-9a-f]{64}: name old already in use/);
    await fails(["rename", "new", "no name"], /names must match/);
    await fails(["rename", "new"], /accepts 2 arg\(s\), received 1/);
  });

  test("a slash before a name, as Docker's API gives names, is none of it", async () => {
    const id = await host.ok(["create", "--name", "/slashed", IMAGE, "true"]);
    assert.equal(await inspect("slashed", ".Id"), id);
    await host.ok(["rename", "/slashed", "/other"]);
    assert.equal(await inspect("/other", ".Name"), "other");
    await host.ok(["create", "--name", "/other", "--replace", IMAGE, "true"]);
    await host.ok(["container", "clone", "/other", "/copy"]);
    assert.equal(await host.ok(["rm", "/other", "/copy"]), "other\ncopy");
    await fails(["container", "exists", "/other"], /^$/, 1);
    await fails(["create", "--name", "//two", IMAGE], /names must match/);
    await fails(["rm", "/none"], /no container with ID or name "none" found: no such container/, 1);
  });

  test("a running --rm container is removed by its new name's claim too", async () => {
    await run("passing", "--rm");
    await host.ok(["rename", "passing", "passed"]);
    await host.ok(["stop", "passed"]);
    await host.ok(["create", "--name", "passed", IMAGE, "true"]);
  });
});

test("port prints what is published, of a running container", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "ports",
    "-p",
    "28081:80",
    "-p",
    "127.0.0.1:28082:81/udp",
    IMAGE,
    "sleep",
    "60",
  ]);
  assert.equal(await host.ok(["port", "ports"]), "80/tcp -> 0.0.0.0:28081\n81/udp -> 127.0.0.1:28082");
  assert.equal(await host.ok(["port", "ports", "80"]), "0.0.0.0:28081");
  assert.equal(await host.ok(["port", "ports", "81/udp"]), "127.0.0.1:28082");
  const short = (await inspect("ports", ".Id")).slice(0, 12);
  assert.match(await host.ok(["port", "--all"]), new RegExp(`^${short}\t80/tcp -> 0.0.0.0:28081$`, "m"));
  await fails(["port", "ports", "81"], /failed to find published port "81"/);
  await fails(["port", "ports", "abc"], /strconv.ParseUint: parsing "abc": invalid syntax/);
  await host.ok(["stop", "--time", "0", "ports"]);
  assert.equal(await host.ok(["port", "ports"]), "");
});

test("exists answers with its exit code only", async () => {
  await host.ok(["create", "--name", "there", IMAGE, "true"]);
  await host.ok(["volume", "create", "there"]);
  for (const [args, code] of [
    [["container", "exists", "there"], 0],
    [["container", "exists", "nosuch"], 1],
    [["image", "exists", IMAGE], 0],
    [["image", "exists", "nosuch"], 1],
    [["volume", "exists", "there"], 0],
    [["volume", "exists", "the"], 1],
  ] as const)
    assert.deepEqual(await host.tspod(args), { code, stdout: "", stderr: "" }, args.join(" "));
  await fails(["container", "exists"], /accepts 1 arg\(s\), received 0/);
});

describe("prune", () => {
  test("containers: those that do not run, and only when told so", async () => {
    await host.ok(["rm", "--all", "--force", "--time", "0"]);
    await run("runs");
    const id = await host.ok(["create", "--name", "rests", "--label", "keep=no", IMAGE, "true"]);
    await fails(["container", "prune"], /Error: EOF/);
    assert.match(
      (await host.tspod(["container", "prune"], { input: "n\n" })).stdout,
      /continue\? \[y\/N\] $/,
    );
    await host.ok(["container", "exists", "rests"]);
    assert.equal(await host.ok(["container", "prune", "--force", "--filter", "label=other"]), "");
    assert.equal(await host.ok(["container", "prune", "--force"]), id);
    await host.ok(["container", "exists", "runs"]);
    await fails(["container", "prune", "--filter", "foo=x"], /foo is an invalid filter/);
  });

  test("volumes: those that no container uses", async () => {
    await host.ok(["create", "-v", "used:/data", IMAGE, "true"]);
    await host.ok(["volume", "create", "spare"]);
    const asked = await host.tspod(["volume", "prune"], { input: "y\n" });
    assert.match(asked.stdout, /will be removed:\n[^?]*^spare\n[^?]*\? \[y\/N\] [^?]*spare\n/m);
    await host.ok(["volume", "exists", "used"]);
    await fails(["volume", "exists", "spare"], /^$/, 1);
    await fails(["volume", "prune", "--force", "--filter", "foo=x"], /"foo" is an invalid volume filter/);
  });
});

test("container cleanup refuses running containers, and takes all others", async () => {
  await run("busy");
  await fails(["container", "cleanup", "busy"], /is running or paused, refusing to clean up/);
  await host.ok(["create", "--name", "done", IMAGE, "true"]);
  assert.equal(await host.ok(["container", "cleanup", "--rm", "done"]), "done");
  await fails(["container", "exists", "done"], /^$/, 1);
});

describe("container cleanup of an initialized container", () => {
  test("it is as created, whatever it did before, and can be started", async () => {
    const ran = await host.tspod([
      "run",
      "--name",
      "ready",
      "--network",
      "none",
      IMAGE,
      "sh",
      "-c",
      "exit 3",
    ]);
    assert.equal(ran.code, 3);
    await host.ok(["init", "ready"]);
    assert.equal(await host.ok(["container", "cleanup", "ready"]), "ready");
    const state = "{{.State.Status}} {{.State.Pid}} {{.State.ExitCode}}";
    assert.equal(await host.ok(["inspect", "-f", state, "ready"]), "created 0 0");
    assert.deepEqual(await host.tspod(["start", "-a", "ready"]), { code: 3, stdout: "", stderr: "" });
  });

  for (const [flag, name] of [
    ["--rm=false", "passing"],
    ["--rm", "asked"],
  ] as const)
    test(`--rm: it is gone, also with cleanup ${flag}`, async () => {
      await host.ok(["create", "--rm", "--name", name, "--network", "none", IMAGE, "true"]);
      await host.ok(["init", name]);
      const result = await host.tspod(["container", "cleanup", flag, name]);
      assert.deepEqual(result, { code: 0, stdout: `${name}\n`, stderr: "" });
      await fails(["container", "exists", name], /^$/, 1);
    });
});
