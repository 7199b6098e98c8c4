import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type Running, until } from "./support/program.ts";
import { IMAGE, makeWorld } from "./support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const HELPERS = /tspod-monitor|slirp4netns/;
const DEFAULT_PROFILE = "/usr/share/containers/seccomp.json";
const RUNNING_DIRECTORIES = join(host.runtimeDirectory, "tspod/containers");

let runs = 0;

function helpers(): string[] {
  return [...host.processes().values()].filter((commandLine) => HELPERS.test(commandLine));
}

function noneLeft(): Promise<boolean> {
  return until(() => helpers().length === 0, "the end of monitor and network helper").then(() => true);
}

/**
 * A start that stands still while it makes config.json: the seccomp profile has become a pipe that nobody
 * writes.
 */
async function stuckStart(
  name: string,
  network: readonly string[],
): Promise<{ run: Running; profile: string }> {
  const profile = join(host.directory, `${name}-${++runs}.json`);
  copyFileSync(DEFAULT_PROFILE, profile);
  const security = ["--security-opt", `seccomp=${profile}`];
  await host.ok(["create", "--name", name, ...network, ...security, IMAGE, "echo", "hi"]);
  rmSync(profile);
  execFileSync("mkfifo", [profile]);
  const run = host.start(["start", "-a", name]);
  await until(
    () => helpers().some((each) => (network.length > 0 ? /monitor/ : /slirp/).test(each)),
    "the monitor at work",
  );
  return { run, profile };
}

for (const [what, network] of [
  ["none", ["--network", "none"]],
  ["slirp4netns", []],
] as const) {
  describe(`--network ${what}: the monitor is at work while the command makes config.json`, () => {
    test("kill -9 of the command then: nothing runs, no file is left, and the container can be started", async () => {
      const { run } = await stuckStart("cut", network);
      run.child.kill("SIGKILL");
      await run.ended;
      await noneLeft();
      const [id = ""] = readdirSync(RUNNING_DIRECTORIES);
      assert.deepEqual(id === "" ? [] : readdirSync(join(RUNNING_DIRECTORIES, id)), []);
      assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}"]), "cut Created");
      await host.ok(["rm", "cut"]);
    });

    test("rm at once after that waits until all is undone", async () => {
      const { run } = await stuckStart("cut", network);
      run.child.kill("SIGKILL");
      await host.ok(["rm", "cut"]);
      assert.deepEqual(readdirSync(RUNNING_DIRECTORIES), []);
      await noneLeft();
      await run.ended;
    });

    test("it goes on when the command does", async () => {
      const { run, profile } = await stuckStart("late", network);
      const fd = openSync(profile, constants.O_WRONLY);
      execFileSync("sh", ["-c", `cat ${DEFAULT_PROFILE} >&3`], {
        stdio: ["ignore", "ignore", "inherit", fd],
      });
      closeSync(fd);
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
  assert.match(stderr, /merged/);
  await noneLeft();
  assert.ok(!existsSync(join(RUNNING_DIRECTORIES, id)));
  await host.ok(["rm", "bare"]);
});
