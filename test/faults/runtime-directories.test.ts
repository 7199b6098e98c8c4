import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const store = join(host.dataDirectory, "tspod");

/** As a call by cron, by a system service, or from another session has it. */
function otherRuntimeDirectory(name: string) {
  const directory = join(host.directory, name);
  mkdirSync(directory, { mode: 0o700 });
  return { env: { XDG_RUNTIME_DIR: directory } };
}

/** How often the container's command runs. */
function processes(seconds: string): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8") === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  }).length;
}

afterEach(async () => {
  await host.tspod(["rm", "-af", "-t", "0"]);
});

describe("two runtime directories", () => {
  test("a container is up for both, and a start from the other does nothing", async () => {
    const other = otherRuntimeDirectory("r1");
    await host.ok(["run", "-d", "--name", "a", IMAGE, "sleep", "90001"]);
    assert.match(await host.ok(["ps", "--format", "{{.Names}} {{.Status}}"], other), /^a Up /);
    assert.equal(await host.ok(["start", "a"], other), "a");
    await until(() => processes("90001") > 0, "its process");
    assert.equal(processes("90001"), 1);
    const fields = "{{.State.Status}} {{.State.Pid}} {{.State.ConmonPid}}";
    assert.equal(
      await host.ok(["inspect", "-f", fields, "a"], other),
      await host.ok(["inspect", "-f", fields, "a"]),
    );
  });

  test("exec, logs, top, attach, pause, kill, stop and rm from the other", async () => {
    const other = otherRuntimeDirectory("r2");
    const script = "trap 'exit 7' TERM; echo up; while :; do sleep 0.1; done";
    await host.ok(["run", "-d", "--name", "a", IMAGE, "sh", "-c", script]);
    assert.equal(await host.ok(["exec", "a", "echo", "in"], other), "in");
    assert.equal(await host.ok(["logs", "a"], other), "up");
    assert.match(await host.ok(["top", "a", "comm"], other), /^COMMAND\nsh/);
    await host.ok(["pause", "a"], other);
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "a"]), "paused");
    await host.ok(["unpause", "a"], other);
    const attached = host.start(["attach", "a"], other);
    const events = ["events", "--stream=false", "--filter", "container=a", "--format", "{{.Status}}"];
    await until(async () => /^attach$/m.test(await host.ok(events)), "the attached client");
    await host.ok(["stop", "a"], other);
    assert.equal((await attached.ended).code, 7);
    assert.equal(await host.ok(["wait", "a"]), "7");
    await host.ok(["start", "a"], other);
    assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up /);
    await host.ok(["rm", "-f", "-t", "0", "a"]);
    assert.equal(await host.ok(["ps", "-aq"], other), "");
  });

  test("both start it at the same time: it runs once", async () => {
    const other = otherRuntimeDirectory("r3");
    await host.ok(["create", "--name", "a", IMAGE, "sleep", "90003"]);
    for (let round = 0; round < 6; round++) {
      const both = await Promise.all([host.tspod(["start", "a"]), host.tspod(["start", "a"], other)]);
      assert.deepEqual(
        both.map(({ code }) => code),
        [0, 0],
        both.map(({ stderr }) => stderr).join(),
      );
      await until(() => processes("90003") > 0, "its process");
      assert.equal(processes("90003"), 1);
      await host.ok(["stop", "-t", "0", "a"], round % 2 === 0 ? other : {});
    }
  });

  test("a monitor that was killed: the other sees the end, and clears away what is left", async () => {
    const other = otherRuntimeDirectory("r4");
    const id = await host.ok(["run", "-d", "--name", "a", IMAGE, "sleep", "90004"]);
    const pids = await host.ok(["inspect", "-f", "{{.State.ConmonPid}} {{.State.Pid}}", "a"]);
    for (const pid of pids.split(" ")) process.kill(Number(pid), "SIGKILL");
    await until(async () => (await host.ok(["ps", "-q"], other)) === "", "its end");
    await host.ok(["start", "a"], other);
    await until(() => processes("90004") === 1, "its process");
    assert.ok(!readdirSync(join(host.runtimeDirectory, "tspod/crun")).includes(id));
  });

  test("--runroot: the same, by its flag", async () => {
    const root = ["--runroot", join(host.directory, "r5")];
    await host.ok(["run", "-d", "--name", "a", IMAGE, "sleep", "90005"]);
    assert.match(await host.ok([...root, "ps", "--format", "{{.Status}}"]), /^Up /);
    await host.ok([...root, "start", "a"]);
    assert.equal(await host.ok([...root, "exec", "a", "echo", "in"]), "in");
    assert.equal(processes("90005"), 1);
    await host.ok([...root, "rm", "-f", "-t", "0", "a"]);
  });
});

test("the runtime directory is gone: it is up, is not run again, and can be stopped", async () => {
  await host.ok(["run", "-d", "--name", "a", IMAGE, "sh", "-c", "trap 'exit 6' TERM; sleep 90006 & wait"]);
  await until(() => processes("90006") === 1, "its process");
  // As systemd does when a user who does not linger logs out.
  rmSync(join(host.runtimeDirectory, "tspod"), { recursive: true });
  assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up /);
  assert.equal(await host.ok(["start", "a"]), "a");
  assert.equal(processes("90006"), 1);
  const exec = await host.tspod(["exec", "a", "true"]);
  assert.equal(exec.code, 125);
  assert.match(
    exec.stderr,
    /^Error: container \w+ runs, but its runtime directory ".*" is gone: stop it, and start/,
  );
  await host.ok(["stop", "a"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.State.ExitCode}}", "a"]), "6");
  await host.ok(["start", "a"]);
  assert.equal(await host.ok(["exec", "a", "echo", "in"]), "in");
});

test("a clock that is set back while a container runs: its exit code is known", async () => {
  const id = await host.ok(["run", "-d", "--name", "a", IMAGE, "sh", "-c", "sleep 1; exit 5"]);
  const path = join(store, "containers", id, "start");
  const note = readFileSync(path, "utf8");
  writeFileSync(
    path,
    note.replace(/^time (\d+)/m, (_, seconds) => `time ${Number(seconds) + 3600}`),
  );
  assert.equal(await host.ok(["wait", "a"]), "5");
  assert.match(await host.ok(["ps", "-a", "--format", "{{.Status}}"]), /^Exited \(5\)/);
});
