import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type Running, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const HELPERS = /tspod-monitor|slirp4netns/;
const DEFAULT_PROFILE = "/usr/share/containers/seccomp.json";
const RUNNING_DIRECTORIES = join(host.runtimeDirectory, "tspod/containers");

/** A profile may have 16 MiB. */
const BLANKS = 15_000_000;

let runs = 0;

function helpers(): string[] {
  return [...host.processes().values()].filter((commandLine) => HELPERS.test(commandLine));
}

function noneLeft(): Promise<boolean> {
  return until(() => helpers().length === 0, "the end of monitor and network helper").then(() => true);
}

/** Whether the bundle of a container is complete. */
function hasConfig(id: string): boolean {
  return existsSync(join(host.dataDirectory, "tspod/containers", id, "bundle/config.json"));
}

/** Wait without pauses: what is waited for lasts some milliseconds. */
async function soon(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("waited 60 s in vain for the monitor at work");
    await new Promise((done) => setImmediate(done));
  }
}

/**
 * A start that was stopped (SIGSTOP) while it made config.json. It takes a while over that: its seccomp
 * profile has as many blanks as make it long to read.
 */
async function stuckStart(name: string, network: readonly string[]): Promise<Running> {
  const profile = join(host.directory, `${name}-${++runs}.json`);
  writeFileSync(profile, readFileSync(DEFAULT_PROFILE, "utf8").replace("{", `{${" ".repeat(BLANKS)}`));
  const security = ["--security-opt", `seccomp=${profile}`];
  for (let attempt = 0; attempt < 20; attempt++) {
    const id = await host.ok(["create", "--name", name, ...network, ...security, IMAGE, "echo", "hi"]);
    const run = host.start(["start", "-a", name]);
    const awaited = network.length > 0 ? /monitor/ : /slirp/;
    await soon(() => helpers().some((each) => awaited.test(each)));
    run.child.kill("SIGSTOP");
    if (!hasConfig(id)) return run;
    run.child.kill("SIGCONT");
    await run.ended;
    await host.ok(["rm", name]);
  }
  throw new Error("20 starts were stopped too late");
}

for (const [what, network] of [
  ["none", ["--network", "none"]],
  ["slirp4netns", []],
] as const) {
  describe(`--network ${what}: the monitor is at work while the command makes config.json`, () => {
    test("kill -9 of the command then: nothing runs, no file is left, and the container can be started", async () => {
      const run = await stuckStart("cut", network);
      run.child.kill("SIGKILL");
      await run.ended;
      await noneLeft();
      const [id = ""] = readdirSync(RUNNING_DIRECTORIES);
      assert.deepEqual(id === "" ? [] : readdirSync(join(RUNNING_DIRECTORIES, id)), []);
      assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}"]), "cut Created");
      await host.ok(["rm", "cut"]);
    });

    test("rm at once after that waits until all is undone", async () => {
      const run = await stuckStart("cut", network);
      run.child.kill("SIGKILL");
      await host.ok(["rm", "cut"]);
      assert.deepEqual(readdirSync(RUNNING_DIRECTORIES), []);
      await noneLeft();
      await run.ended;
    });

    test("it goes on when the command does", async () => {
      const run = await stuckStart("late", network);
      run.child.kill("SIGCONT");
      assert.deepEqual(await run.ended.then(({ code, stdout }) => [code, stdout]), [0, "hi\n"]);
      await host.ok(["rm", "late"]);
    });
  });
}

test("a bundle that can't be made: the error, and no process, mount or file is left", async () => {
  const source = join(host.directory, "source");
  mkdirSync(source);
  await host.ok(["create", "--name", "sad", "-v", `${source}:/data`, IMAGE, "true"]);
  rmSync(source, { recursive: true });
  const { code, stderr } = await host.tspod(["start", "sad"]);
  assert.equal(code, 125);
  assert.match(stderr, /source.*no such file or directory/);
  assert.deepEqual(helpers(), []);
  assert.deepEqual(readdirSync(RUNNING_DIRECTORIES), []);
  assert.ok(!readFileSync("/proc/self/mountinfo", "utf8").includes(host.directory));
  mkdirSync(source);
  await host.ok(["start", "-a", "sad"]);
  await host.ok(["rm", "sad"]);
});

test("a mount that fails is told, also where the bundle could be made", async () => {
  await host.ok(["create", "--name", "bare", IMAGE, "true"]);
  const id = await host.ok(["inspect", "-f", "{{.Id}}", "bare"]);
  const upper = join(host.dataDirectory, "tspod/containers", id, "upper");
  await host.ok(["unshare", "rm", "-rf", upper]);
  const { code, stderr } = await host.tspod(["start", "bare"]);
  assert.equal(code, 125);
  assert.match(stderr, /merged|upper/);
  await noneLeft();
  assert.ok(!existsSync(join(RUNNING_DIRECTORIES, id)));
  await host.ok(["rm", "bare"]);
});
