import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/* What follows the end of a run, compared with podman 5.8.6. */

const ONCE = "test.localhost/once:latest";
const world = await makeWorld({ images: { busybox: {}, once: { config: { Labels: { once: "1" } } } } });
after(() => world.close());
const { host } = world;
const failed = (message: string) => ({ code: 125, stdout: "", stderr: `Error: ${message}\n` });
const inspect = (name: string, field: string) => host.ok(["inspect", "--format", `{{${field}}}`, name]);
const hasImage = async (name: string) => (await host.tspod(["image", "exists", name])).code === 0;

/** A container with the host's directory on /here ends when the test allows it. */
const waitsFor = (name: string) => `until [ -e /here/${name} ]; do sleep 0.05; done`;
const allow = (name: string) => writeFileSync(join(host.directory, name), "");

afterEach(async () => {
  await host.tspod(["rm", "-af", "-t", "0"]);
});

describe("run --rmi", () => {
  const start = async (name: string, ...command: string[]) => {
    await host.ok(["pull", "-q", ONCE]);
    const flags = ["-d", "--rmi", "--name", name, "-v", `${host.directory}:/here`];
    await host.ok(["run", ...flags, ONCE, ...command]);
  };

  test("detached: the image goes when the process ends", async () => {
    await start("short", "sh", "-c", waitsFor("short"));
    const flags = ".HostConfig.AutoRemoveImage}} {{.HostConfig.AutoRemove";
    assert.equal(await inspect("short", flags), "true true");
    assert.equal(await hasImage(ONCE), true);
    allow("short");
    await until(async () => !(await hasImage(ONCE)), "the image's end");
    assert.equal((await host.tspod(["container", "exists", "short"])).code, 1);
  });

  test("detached: stop returns when it is gone; a kill has it go, too", async () => {
    await start("stopped", "sleep", "1000");
    assert.equal(await host.ok(["stop", "-t", "0", "stopped"]), "stopped");
    assert.equal(await hasImage(ONCE), false);
    await start("killed", "sleep", "1000");
    await host.ok(["kill", "killed"]);
    await until(async () => !(await hasImage(ONCE)), "the image's end");
  });

  test("of several names the one goes that the container was made by", async () => {
    await host.ok(["pull", "-q", ONCE]);
    await host.ok(["tag", ONCE, "localhost/other"]);
    await start("named", "sleep", "1000");
    await host.ok(["stop", "-t", "0", "named"]);
    assert.deepEqual([await hasImage(ONCE), await hasImage("localhost/other")], [false, true]);
    await host.ok(["run", "--rmi", "localhost/other", "true"]);
    assert.equal(await hasImage("localhost/other"), false);
  });

  test("an image that another container uses stays; who waits is told", async () => {
    await host.ok(["pull", "-q", ONCE]);
    const other = await host.ok(["create", ONCE, "true"]);
    await start("second", "true");
    await until(async () => (await host.tspod(["container", "exists", "second"])).code === 1, "its end");
    const { code, stderr } = await host.tspod(["run", "--rmi", ONCE, "true"]);
    assert.equal(code, 0);
    assert.match(
      stderr,
      new RegExp(`^ERRO\\[0000\\] image used by ${other}: image is in use by a container`),
    );
    assert.equal(await hasImage(ONCE), true);
  });

  test("the image stays where the container can't be started, or the root filesystem is given", async () => {
    await host.ok(["pull", "-q", ONCE]);
    assert.equal((await host.tspod(["run", "-d", "--rmi", ONCE, "nosuch"])).code, 127);
    assert.equal(await hasImage(ONCE), true);
    assert.deepEqual(
      await host.tspod(["run", "--rmi", "--rootfs", "/nosuch", "true"]),
      failed("autoremoving image is not possible when a rootfs is in use: invalid argument"),
    );
    assert.deepEqual(
      await host.tspod(["run", "-d", "--rmi", "--rm=false", ONCE, "true"]),
      failed("the --rmi option does not work without --rm"),
    );
  });
});

describe("wait returns at the end of a run that a restart policy follows by another", () => {
  for (const policy of ["always", "on-failure"])
    test(policy, async () => {
      const script = "sleep 0.5; exit 4";
      await host.ok(["run", "-d", "--name", policy, "--restart", policy, IMAGE, "sh", "-c", script]);
      for (let run = 0; run < 3; run++) assert.equal(await host.ok(["wait", policy]), "4");
      await until(async () => Number(await inspect(policy, ".RestartCount")) >= 2, "further runs");
    });

  test("the code is that of the run which ended", async () => {
    const script = `read n </n; n=$((n + 1)); echo $n >/n; ${waitsFor("run$n")}; exit $n`;
    const flags = ["-d", "--name", "count", "--restart", "on-failure:1", "-v", `${host.directory}:/here`];
    await host.ok(["run", ...flags, IMAGE, "sh", "-c", script]);
    await host.ok(["create", "--name", "unstarted", IMAGE, "true"]);
    for (const run of [1, 2]) {
      const waiting = host.start(["wait", "--condition", "exited", "unstarted", "count"]);
      await waiting.saw(/^0\n/); // both were looked at before
      allow(`run${run}`);
      assert.deepEqual(await waiting.ended, { code: 0, stdout: `0\n${run}\n`, stderr: "" });
      if (run === 1)
        await until(async () => (await inspect("count", ".RestartCount")) === "1", "the next run");
    }
    assert.equal(await inspect("count", ".State.Status"), "exited");
  });

  test("a restart by the user ends the run as well", async () => {
    await host.ok(["run", "-d", "--name", "again", "--init", IMAGE, "sleep", "1000"]);
    await host.ok(["create", "--name", "unstarted", IMAGE, "true"]);
    const waiting = host.start(["wait", "unstarted", "again"]);
    await waiting.saw(/^0\n/); // both were looked at before
    await host.ok(["restart", "-t", "5", "again"]);
    assert.deepEqual(await waiting.ended, { code: 0, stdout: "0\n143\n", stderr: "" });
  });
});

describe("a container whose monitor was killed", () => {
  const begin = async (name: string) => {
    const id = await host.ok(["run", "-d", "--name", name, IMAGE, "sleep", "1000"]);
    process.kill(Number(await inspect(name, ".State.ConmonPid")), "SIGKILL");
    return id;
  };
  const words = (id: string) =>
    failed(
      `container ${id} conmon exited prematurely, exit code could not be retrieved: conmon process killed`,
    );

  test("stop ends it, and says that its exit code is lost", async () => {
    const id = await begin("lost");
    assert.deepEqual(await host.tspod(["stop", "-t", "0", "lost"]), words(id));
    assert.equal(await inspect("lost", ".State.Status}} {{.State.ExitCode"), "exited -1");
    assert.equal(await host.ok(["stop", "-t", "0", "lost"]), "lost");
    assert.equal(await host.ok(["start", "lost"]), "lost");
  });

  test("restart as well, and rm -f removes it", async () => {
    const id = await begin("lost");
    assert.deepEqual(await host.tspod(["restart", "-t", "0", "lost"]), words(id));
    await host.ok(["rm", "lost"]);
    await begin("lost");
    assert.equal(await host.ok(["rm", "-f", "-t", "0", "lost"]), "lost");
  });
});

describe("--cidfile", () => {
  const file = join(host.directory, "cid");

  test("what was there is written over; it goes with the container", async () => {
    writeFileSync(file, "x".repeat(200));
    const id = await host.ok(["create", "--cidfile", "cid", "--name", "one", IMAGE, "true"], {
      cwd: host.directory,
    });
    assert.equal(readFileSync(file, "utf8"), id);
    await host.ok(["rm", "one"]);
    assert.equal(existsSync(file), false);
    await host.ok(["run", "--rm", "--cidfile", file, IMAGE, "true"]);
    assert.equal(existsSync(file), false);
  });

  test("that of another container stays", async () => {
    await host.ok(["create", "--cidfile", file, "--name", "one", IMAGE, "true"]);
    const other = await host.ok(["run", "-d", "--cidfile", file, "--rm", IMAGE, "sleep", "1000"]);
    await host.ok(["rm", "one"]);
    assert.equal(readFileSync(file, "utf8"), other);
    writeFileSync(file, "mine");
    await host.ok(["stop", "-t", "0", other]);
    assert.equal(readFileSync(file, "utf8"), "mine");
  });

  test("a directory, a missing one, a fifo: nothing is made", async () => {
    mkdirSync(join(host.directory, "dir"));
    symlinkSync("loop", join(host.directory, "loop"));
    for (const [path, reason] of [
      ["dir", "is a directory"],
      ["nosuch/cid", "no such file or directory"],
      ["loop", "too many levels of symbolic links"],
    ])
      assert.deepEqual(
        await host.tspod(["create", "--cidfile", `${host.directory}/${path}`, IMAGE, "true"]),
        failed(`creating idfile: open ${host.directory}/${path}: ${reason}`),
      );
    assert.equal(await host.ok(["ps", "-aq"]), "");
  });
});
