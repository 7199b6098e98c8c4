import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, afterEach, describe, test } from "node:test";
import { until } from "./support/program.ts";
import { IMAGE, makeWorld } from "./support/world.ts";

/* What podman 4.3.1 and 5.8.6 do in the life of a container, where tspod once did otherwise. */

const HOME_IMAGE = "test.localhost/home:latest";
const world = await makeWorld({
  images: { busybox: {}, home: { config: { Env: ["PATH=/bin", "HOME=/srv/app"] } } },
});
after(() => world.close());
const { host } = world;

afterEach(async () => {
  await host.tspod(["rm", "-af", "-t", "0"]);
});

async function refused(args: readonly string[], stderr: RegExp): Promise<void> {
  const result = await host.tspod(args);
  assert.equal(result.code, 125, result.stderr);
  assert.match(result.stderr, stderr);
}

describe("start tells what it has started", () => {
  test("--all, --filter: not what ran already; a name that is given, in any case", async () => {
    await host.ok(["run", "-d", "--name", "up", IMAGE, "sleep", "99"]);
    const created = await host.ok(["create", "--name", "cr", IMAGE, "sleep", "99"]);
    assert.equal(await host.ok(["start", "--all"]), created);
    assert.equal(await host.ok(["start", "--filter", "name=up"]), "");
    assert.equal(await host.ok(["start", "up"]), "up");
  });

  test("an initialized one is started", async () => {
    const id = await host.ok(["create", "--name", "ini", IMAGE, "sleep", "99"]);
    await host.ok(["init", "ini"]);
    assert.equal(await host.ok(["start", "--all"]), id);
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "ini"]), "running");
  });
});

describe("wait --condition", () => {
  test("created is what ps calls Created, and configured the same", async () => {
    await host.ok(["create", "--name", "c", IMAGE, "sh", "-c", "exit 4"]);
    for (const condition of ["created", "configured"])
      assert.equal(await host.ok(["wait", "--condition", condition, "c"]), "-1");
    await host.ok(["init", "c"]);
    assert.equal(await host.ok(["wait", "--condition", "initialized", "c"]), "-1");
    const waiting = host.start(["wait", "--condition=created", "--condition=exited", "c"]);
    await host.ok(["start", "c"]);
    assert.equal((await waiting.ended).stdout, "4\n");
  });

  test("several, also in one value: the code of what has ended, else -1", async () => {
    await host.ok(["run", "--name", "ex", IMAGE, "true"]);
    await host.ok(["run", "-d", "--name", "up", IMAGE, "sleep", "99"]);
    assert.equal(await host.ok(["wait", "--condition=running,exited", "ex"]), "0");
    assert.equal(await host.ok(["wait", "--condition=running", "--condition=exited", "ex", "up"]), "0\n-1");
  });

  test("stopping; removing is the end of --rm; unknown is taken, others are not", async () => {
    await host.ok([
      "run",
      "-d",
      "--rm",
      "--name",
      "rm",
      IMAGE,
      "sh",
      "-c",
      "trap '' TERM; sleep 99 & wait; wait",
    ]);
    const stopping = host.start(["wait", "--condition", "stopping", "rm"]);
    const removing = host.start(["wait", "--condition", "removing", "rm"]);
    const unknown = host.start(["wait", "--condition", "unknown,removing", "rm"]);
    await host.ok(["stop", "-t", "1", "rm"]);
    assert.equal((await stopping.ended).stdout, "-1\n");
    assert.equal((await removing.ended).stdout, "-1\n");
    assert.equal((await unknown.ended).stdout, "-1\n");
    await host.ok(["run", "-d", "--name", "up", IMAGE, "sleep", "99"]);
    await refused(["wait", "--condition", "bogus", "up"], /"bogus" is not a valid value/);
  });
});

describe("initialized containers have not begun to run", () => {
  for (const [what, args] of [
    ["rm", ["rm", "ini"]],
    ["rm --all", ["rm", "--all"]],
    ["container prune", ["container", "prune", "-f"]],
    ["system prune", ["system", "prune", "-f"]],
  ] as const)
    test(`${what} takes them`, async () => {
      const id = await host.ok(["create", "--name", "ini", IMAGE, "sleep", "99"]);
      await host.ok(["init", "ini"]);
      assert.match(await host.ok(args), new RegExp(`ini|${id}`));
      assert.equal(await host.ok(["ps", "-aq"]), "");
    });

  test("one that another depends on is started first", async () => {
    await host.ok(["create", "--name", "ini", IMAGE, "sleep", "99"]);
    await host.ok(["init", "ini"]);
    await host.ok(["run", "--rm", "--network", "container:ini", IMAGE, "true"]);
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "ini"]), "running");
  });
});

describe("an IPC namespace of another container", () => {
  test("a private one is not shared; by default it is", async () => {
    const id = await host.ok(["run", "-d", "--name", "pr", "--ipc", "private", IMAGE, "sleep", "99"]);
    await refused(
      ["run", "--rm", "--ipc", "container:pr", IMAGE, "true"],
      new RegExp(
        `joining IPC of container ${id} is not allowed: non-shareable IPC \\(hint: use IpcMode:shareable`,
      ),
    );
    for (const flags of [[], ["--ipc", "shareable"]]) {
      await host.ok(["run", "-d", "--name", "sh", ...flags, IMAGE, "sleep", "99"]);
      await host.ok(["run", "--rm", "--ipc", "container:sh", IMAGE, "true"]);
      await host.ok(["rm", "-f", "-t", "0", "sh"]);
    }
  });

  test("the host's is named", async () => {
    await host.ok(["run", "-d", "--name", "ho", "--ipc", "host", IMAGE, "sleep", "99"]);
    await refused(["run", "--rm", "--ipc", "container:ho", IMAGE, "true"], /shares the host's IPC namespace/);
  });
});

describe("signals with a dash before them", () => {
  for (const signal of ["-10", "-USR1", "-SIGUSR1"])
    test(`kill -s ${signal}`, async () => {
      const script = "trap 'exit 9' USR1; echo up; while :; do sleep 0.1; done";
      await host.ok(["run", "-d", "--name", "k", IMAGE, "sh", "-c", script]);
      await until(async () => (await host.ok(["logs", "k"])) === "up", "its handler");
      await host.ok(["kill", "-s", signal, "k"]);
      assert.equal(await host.ok(["wait", "k"]), "9");
    });

  test("--stop-signal, and what is none", async () => {
    await host.ok(["create", "--name", "s", "--stop-signal=-INT", IMAGE, "true"]);
    assert.equal(await host.ok(["inspect", "-f", "{{.Config.StopSignal}}", "s"]), "SIGINT");
    await refused(["kill", "-s", "-65", "s"], /valid signals are 1 through 64/);
    await refused(["kill", "-s", "-BAD", "s"], /invalid signal: BAD\n/);
  });
});

test("exec: a HOME of the image or of --env stays; without one it is the user's", async () => {
  const home = ["sh", "-c", "echo $HOME"];
  await host.ok(["run", "-d", "--name", "img", HOME_IMAGE, "sleep", "99"]);
  assert.equal(await host.ok(["exec", "-u", "0", "img", ...home]), "/srv/app");
  await host.ok(["run", "-d", "--name", "env", "-e", "HOME=/e", IMAGE, "sleep", "99"]);
  assert.equal(await host.ok(["exec", "-u", "0", "env", ...home]), "/e");
  await host.ok(["run", "-d", "--name", "none", "-u", "7", IMAGE, "sleep", "99"]);
  assert.equal(await host.ok(["exec", "-u", "0", "none", ...home]), "/root");
});

test("exec --detach: what can't be run is 125, as podman; attached it is 127", async () => {
  await host.ok(["run", "-d", "--name", "c", IMAGE, "sleep", "99"]);
  await refused(["exec", "-d", "c", "nosuch"], /nosuch/);
  assert.equal((await host.tspod(["exec", "c", "nosuch"])).code, 127);
});

test("--ulimit host: the caller's limits", async () => {
  const shown = await host.ok(["run", "--rm", "--ulimit", "host", IMAGE, "sh", "-c", "ulimit -Hn"]);
  const own = /^Max open files +\d+ +(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  assert.equal(shown, own);
});

test("--health-timeout below a second", async () => {
  const flags = ["--health-cmd", "sleep 5", "--health-interval", "disable", "--health-timeout", "300ms"];
  await host.ok(["run", "-d", "--name", "h", ...flags, IMAGE, "sleep", "99"]);
  await refused(["healthcheck", "run", "h"], /exceeded timeout of 300ms/);
  await refused(["create", "--health-cmd", "true", "--health-timeout", "0s", IMAGE], /at least 1 second/);
});

describe("the cgroup manager", () => {
  test("one that was asked for is kept", async () => {
    await host.ok(["--cgroup-manager", "cgroupfs", "create", "--name", "m", IMAGE, "sleep", "99"]);
    const other = { env: { CONTAINERS_CONF: "/dev/null" } };
    assert.equal(await host.ok(["inspect", "-f", "{{.HostConfig.CgroupManager}}", "m"], other), "cgroupfs");
  });

  test("inspect's path is below /sys/fs/cgroup", async () => {
    await host.ok(["run", "-d", "--name", "m", IMAGE, "sleep", "99"]);
    const path = await host.ok(["inspect", "-f", "{{.State.CgroupPath}}", "m"]);
    assert.ok(existsSync(`/sys/fs/cgroup${path}/cgroup.procs`), path);
  });
});
