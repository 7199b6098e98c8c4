import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, afterEach, describe, test } from "node:test";
import { runProgram, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/* What podman 4.3.1 and 5.8.6 do in the life of a container, where tspod once did otherwise. */

const HOME_IMAGE = "test.localhost/home:latest";
const world = await makeWorld({
  images: {
    busybox: {},
    files: { config: { Cmd: null } },
    home: { config: { Env: ["PATH=/bin", "HOME=/srv/app"] } },
  },
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

test("an image without a command: its container has files; there is nothing to start", async () => {
  const words =
    "crun: cannot find `` in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found";
  const image = "test.localhost/files:latest";
  const id = await host.ok(["create", "--name", "files", image]);
  assert.equal(await host.ok(["inspect", "-f", "{{.Path}} {{.Args}} {{.Config.Cmd}}", "files"]), " [] []");
  assert.match(await host.ok(["cp", "files:/bin/busybox", "-"]), /busybox/);
  const started = await host.tspod(["start", "files"]);
  assert.deepEqual(started, {
    code: 125,
    stdout: "",
    stderr: `Error: unable to start container "${id}": ${words}\n`,
  });
  for (const args of [
    ["-d", image],
    ["--rm", "--init", image],
    ["--entrypoint", "", image],
    [IMAGE, ""],
  ])
    assert.deepEqual(await host.tspod(["run", ...args]), {
      code: 127,
      stdout: "",
      stderr: `Error: ${words}\n`,
    });
});

test("a file that the monitor can't write is named with its reason", async () => {
  const { code, stdout, stderr } = await host.tspod([
    "run",
    "--name",
    "front",
    "--pidfile",
    "/nosuch/pid",
    IMAGE,
    "true",
  ]);
  const id = await host.ok(["inspect", "-f", "{{.Id}}", "front"]);
  assert.equal(stderr, `Error: starting container ${id}: write: /nosuch/pid: no such file or directory\n`);
  assert.deepEqual([code, stdout], [126, ""]);
});

describe("start tells what it has started", () => {
  test("--all: not what ran already; what a filter or a name selects, in any case", async () => {
    const up = await host.ok(["run", "-d", "--name", "up", IMAGE, "sleep", "99"]);
    const created = await host.ok(["create", "--name", "cr", IMAGE, "sleep", "99"]);
    assert.equal(await host.ok(["start", "--all"]), created);
    assert.equal(await host.ok(["start", "--filter", "name=up"]), up);
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
    await refused(
      ["wait", "--condition", "bogus", "up"],
      /^Error: unknown container state: bogus: invalid argument\n$/,
    );
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

describe("what a stop waits for is told, and kept", () => {
  test("after two seconds, and by why; rm -f as well", async () => {
    await host.ok(["run", "-d", "--name", "deaf", IMAGE, "sleep", "99"]);
    const { code, stdout, stderr } = await host.tspod(["stop", "-t", "3", "deaf"]);
    assert.deepEqual([code, stdout], [0, "deaf\n"]);
    assert.match(stderr, /waiting for container deaf: sleep \(PID 1\) has no handler for SIGTERM.*--init/);
    assert.match(stderr, /StopSignal SIGTERM failed to stop container deaf in 3 seconds/);
    const why = await host.ok(["why", "deaf"]);
    assert.match(
      why,
      /exit code 137: a stop sent SIGTERM, sleep \(PID 1\) has no handler .*SIGKILL followed after 3 s/,
    );
    assert.match(why, /^Try: .*--init/m);
    await host.ok(["start", "deaf"]);
    assert.match((await host.tspod(["rm", "-f", "-t", "3", "deaf"])).stderr, /waiting for container deaf/);
  });

  test("one that ignores it, and one that takes its time", async () => {
    for (const [name, trap, words] of [
      ["ignores", "trap '' TERM", /sh \(PID 1\) ignores SIGTERM/],
      ["slow", "trap 'sleep 2.5; exit 0' TERM", /sh \(PID 1\) handles SIGTERM, and has not ended yet/],
    ] as const) {
      const command = ["sh", "-c", `${trap}; echo up; while :; do sleep 0.1; done`];
      await host.ok(["run", "-d", "--name", name, IMAGE, ...command]);
      await until(async () => (await host.ok(["logs", name])) === "up", "its handler");
      assert.match((await host.tspod(["stop", "-t", "4", name])).stderr, words);
    }
  });

  test("nothing is said of one that ends in time", async () => {
    await host.ok(["run", "-d", "--init", "--name", "init", IMAGE, "sleep", "99"]);
    assert.equal((await host.tspod(["stop", "init"])).stderr, "");
    assert.doesNotMatch(await host.ok(["why", "init"]), /SIGKILL followed/);
  });
});

test("why: the error of the last start, until one succeeds", async () => {
  await host.ok(["create", "--name", "port", "-u", "nosuchuser", IMAGE, "true"]);
  const failed = await host.tspod(["start", "port"]);
  assert.equal(failed.code, 125);
  assert.match(await host.ok(["why", "port"]), /^Last start: it failed: .*nosuchuser/m);
  const run = await host.tspod(["run", "--name", "front", IMAGE, "nosuchcommand"]);
  assert.equal(run.code, 127);
  assert.match(await host.ok(["why", "front"]), /^Last start: it failed: .*nosuchcommand/m);
  await host.ok(["run", "--name", "good", IMAGE, "true"]);
  assert.doesNotMatch(await host.ok(["why", "good"]), /Last start/);
});

test("ps: a container that waits for its next run", async () => {
  await host.ok(["run", "-d", "--name", "loop", "--restart", "always", IMAGE, "sh", "-c", "exit 5"]);
  // A pause that is long enough for `stop` to come before its end.
  await until(
    async () =>
      /^Restarting \(5\) in ([3-9]|\d\d)\.\d s$/.test(await host.ok(["ps", "-a", "--format", "{{.Status}}"])),
    "its pause",
  );
  await host.ok(["stop", "loop"]);
  assert.match(await host.ok(["ps", "-a", "--format", "{{.Status}}"]), /^Exited \(5\)/);
});

describe("health checks that have something follow", () => {
  const check = (action: string) => [
    "--health-cmd",
    "false",
    "--health-interval",
    "disable",
    "--health-retries",
    "1",
    "--health-on-failure",
    action,
  ];

  test("restart: healthcheck run returns when it runs again", async () => {
    await host.ok([
      "run",
      "-d",
      "--name",
      "h",
      ...check("restart"),
      "--stop-timeout",
      "1",
      IMAGE,
      "sleep",
      "99",
    ]);
    const started = await host.ok(["inspect", "-f", "{{.State.StartedAt}}", "h"]);
    assert.equal((await host.tspod(["healthcheck", "run", "h"])).code, 1);
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "h"]), "running");
    assert.notEqual(await host.ok(["inspect", "-f", "{{.State.StartedAt}}", "h"]), started);
    assert.equal((await host.tspod(["healthcheck", "run", "h"])).code, 1);
  });

  test("stop: it is stopping while its time runs", async () => {
    await host.ok([
      "run",
      "-d",
      "--name",
      "h",
      ...check("stop"),
      "--stop-timeout",
      "2",
      IMAGE,
      "sleep",
      "99",
    ]);
    assert.equal((await host.tspod(["healthcheck", "run", "h"])).code, 1);
    await until(
      async () => (await host.ok(["inspect", "-f", "{{.State.Status}}", "h"])) === "stopping",
      "stopping",
      1500,
    );
    assert.equal(await host.ok(["wait", "h"]), "137");
  });
});

test("a low limit of descriptors is enough", async () => {
  for (const limit of ["32", "64"]) {
    const script = `ulimit -n ${limit}; exec "$0" run --rm --ulimit host ${IMAGE} sh -c 'ulimit -n'`;
    const { code, stdout, stderr } = await runProgram("sh", ["-c", script, host.program], { env: host.env });
    assert.deepEqual([code, stdout, stderr], [0, `${limit}\n`, ""]);
  }
});

test("a container with --rm that can't be started goes; another keeps why, for inspect", async () => {
  const words =
    "crun: executable file `nosuch` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found";
  for (const [flags, quote] of [
    [[], '"'],
    [["--attach"], ""],
  ] as const) {
    const id = await host.ok(["create", "--rm", "--name", "vain", IMAGE, "nosuch"]);
    assert.deepEqual(await host.tspod(["start", ...flags, "vain"]), {
      code: 125,
      stdout: "",
      stderr: `Error: unable to start container ${quote}${id}${quote}: ${words}\n`,
    });
    assert.equal((await host.tspod(["container", "exists", "vain"])).code, 1);
  }
  await host.ok(["run", "-d", "--rm", "--name", "busy", IMAGE, "sleep", "1000"]);
  await host.ok(["pause", "busy"]);
  assert.equal((await host.tspod(["start", "busy"])).code, 125);
  assert.equal(await host.ok(["ps", "--filter", "status=paused", "--format", "{{.Names}}"]), "busy");
  await host.ok(["unpause", "busy"]);
  await host.ok(["create", "--name", "kept", IMAGE, "nosuch"]);
  await refused(["start", "kept"], /nosuch/);
  assert.equal(await host.ok(["inspect", "--format", "{{.State.Error}}", "kept"]), words);
});

test("--latest: of pods, of nothing, and beside --all and --cidfile", async () => {
  for (const command of [["inspect"], ["container", "inspect"]])
    assert.deepEqual(await host.tspod([...command, "--latest"]), {
      code: 125,
      stdout: "[]\n",
      stderr: "Error: no containers to inspect: no such container\n",
    });
  await host.ok(["pod", "create", "--name", "last"]);
  assert.equal(await host.ok(["inspect", "--type", "pod", "--latest", "--format", "{{.Name}}"]), "last");
  await host.ok(["pod", "rm", "-f", "last"]);
  for (const command of ["stop", "rm", "restart", "kill", "pause", "unpause"])
    await refused(
      [command, "--cidfile", "/nosuch", "--latest", "--all"],
      /^Error: --all, --latest, and --cidfile cannot be used together\n/,
    );
});

test("a boot starts what was started once and not stopped by the user; stop --service doesn't count", async () => {
  const booted = async () =>
    (await host.ok(["ps", "-a", "--filter", "should-start-on-boot=true", "--format", "{{.Names}}"])).split(
      "\n",
    );
  for (const policy of ["always", "unless-stopped"])
    await host.ok(["create", "--restart", policy, "--name", policy, IMAGE, "sleep", "1000"]);
  assert.deepEqual(await booted(), [""]);
  await host.ok(["start", "always", "unless-stopped"]);
  await host.ok(["stop", "--time", "0", "--service", "always", "unless-stopped"]);
  assert.deepEqual(await booted(), ["always", "unless-stopped"]);
  await host.ok(["stop", "unless-stopped"]);
  assert.deepEqual(await booted(), ["always"]);
  await host.ok(["stop", "--service", "unless-stopped"]);
  assert.deepEqual(await booted(), ["always"]);
});
