import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({
  images: { busybox: {}, checked: { config: { Healthcheck: { Test: ["CMD", "true"], Interval: 300e6 } } } },
});
after(() => world.close());
const { host } = world;

interface Health {
  readonly Status: string;
  readonly FailingStreak: number;
  readonly Log: readonly { Start: string; End: string; ExitCode: number; Output: string }[] | null;
}
const inspect = (name: string, field: string) => host.ok(["inspect", "--format", `{{${field}}}`, name]);
const healthOf = async (name: string): Promise<Health> =>
  JSON.parse(await inspect(name, "json .State.Health"));
const pid = async (name: string) => Number(await inspect(name, ".State.Pid"));
const check = (name: string) => host.tspod(["healthcheck", "run", name]);

for (const runtime of ["crun", "runc"]) {
  const run = async (
    name: string,
    flags: readonly string[],
    command: readonly string[] = ["sleep", "1000"],
  ) => {
    const id = `${name}-${runtime}`;
    await host.ok(["--runtime", runtime, "run", "-d", "--name", id, ...flags, IMAGE, ...command]);
    return id;
  };

  describe(runtime, () => {
    test("by itself: healthy, then unhealthy after so many failures in a row, then healthy again", async () => {
      const script = "echo checked; echo twice >&2; test ! -e /sick";
      const name = await run("turns", [
        "--health-cmd",
        script,
        "--health-interval",
        "200ms",
        "--health-retries",
        "2",
      ]);
      assert.equal(await host.ok(["wait", "--condition", "healthy", name]), "-1");
      const { Log } = await healthOf(name);
      const [first] = Log ?? [];
      // runc copies the two streams on their way, each by itself.
      const output = first?.Output.split("\n").sort().join("\n");
      assert.deepEqual([first?.ExitCode, output], [0, "checked\ntwice"]);
      assert.match(
        await host.ok(["ps", "--filter", `name=${name}`, "--format", "{{.Status}}"]),
        /^Up .* \(healthy\)$/,
      );
      await host.ok(["exec", name, "touch", "/sick"]);
      await host.ok(["wait", "--condition", "unhealthy", name]);
      const sick = await healthOf(name);
      assert.ok(sick.FailingStreak >= 2);
      assert.equal(sick.Log?.at(-1)?.ExitCode, 1);
      assert.equal(await host.ok(["ps", "--filter", "health=unhealthy", "--format", "{{.Names}}"]), name);
      await host.ok(["exec", name, "rm", "/sick"]);
      await host.ok(["wait", "--condition", "healthy", name]);
      await until(
        async () => (await healthOf(name)).Log?.every(({ ExitCode }) => ExitCode === 0) ?? false,
        "five results",
      );
      const well = await healthOf(name);
      assert.equal(well.Log?.length, 5);
      assert.equal(well.FailingStreak, 0);
      const events = await host.ok([
        "events",
        "--stream=false",
        "--filter",
        `container=${name}`,
        "--format",
        "json",
      ]);
      for (const status of ["healthy", "unhealthy"])
        assert.match(events, new RegExp(`"Status":"health_status",.*"health_status":"${status}"`));
      await host.ok(["stop", "-t", "0", name]);
      assert.match(
        await host.ok(["ps", "-a", "--filter", `name=${name}`, "--format", "{{.Status}}"]),
        // A check that was under way at that moment was cut off.
        /^Exited .*\((?:healthy|stopped)\)$/,
      );
    });

    test("healthcheck run: what it says and how it ends", async () => {
      const name = await run("asked", ["--health-cmd", "test -e /well", "--health-interval", "disable"]);
      assert.deepEqual(await healthOf(name), { Status: "starting", FailingStreak: 0, Log: null });
      assert.deepEqual(await check(name), { code: 1, stdout: "unhealthy\n", stderr: "" });
      assert.equal((await healthOf(name)).Status, "starting");
      await check(name);
      await check(name);
      assert.equal((await healthOf(name)).Status, "unhealthy");
      await host.ok(["exec", name, "touch", "/well"]);
      assert.deepEqual(await check(name), { code: 0, stdout: "", stderr: "" });
      assert.equal((await healthOf(name)).Status, "healthy");
      await host.ok(["restart", "-t", "0", name]);
      assert.deepEqual(await healthOf(name), { Status: "starting", FailingStreak: 0, Log: null });
      await host.ok(["stop", "-t", "0", name]);
      assert.match((await check(name)).stderr, /^Error: container [0-9a-f]{64} is not running\n$/);
    });

    test("a container that is stopped during a check says so", async () => {
      const flags = ["--health-cmd", "echo begun; sleep 777", "--health-interval", "disable"];
      const name = await run("cut-off", flags);
      const asked = check(name);
      const begun = async () => /777/.test(await host.ok(["top", name, "args"]));
      await until(begun, "the check to run");
      await host.ok(["stop", "-t", "0", name]);
      assert.deepEqual(await asked, { code: 1, stdout: "stopped\n", stderr: "" });
      const { Status, FailingStreak, Log } = await healthOf(name);
      assert.deepEqual([Status, FailingStreak], ["stopped", 0]);
      assert.deepEqual([Log?.length, Log?.[0]?.ExitCode, Log?.[0]?.Output], [1, 1, "begun"]);
      const filters = ["--filter", `container=${name}`, "--filter", "event=health_status"];
      assert.match(await host.ok(["events", "--stream=false", ...filters]), /health_status=stopped/);
      const filtered = ["--filter", "health=stopped", "--filter", `name=${name}`, "--format", "{{.Names}}"];
      assert.equal(await host.ok(["ps", "-a", ...filtered]), name);
      await host.ok(["start", name]);
      assert.equal((await healthOf(name)).Status, "starting");
      await host.ok(["rm", "-ft0", name]);
    });

    test("one that takes too long is killed, and its process with it", async () => {
      const name = await run("slow", [
        ...[
          "--health-cmd",
          "echo begun; sleep 777",
          "--health-interval",
          "disable",
          "--health-timeout",
          "1s",
        ],
      ]);
      assert.deepEqual(await check(name), {
        code: 125,
        stdout: "",
        stderr: "Error: healthcheck command exceeded timeout of 1s\n",
      });
      const { Log } = await healthOf(name);
      assert.deepEqual([Log?.[0]?.ExitCode, Log?.[0]?.Output], [-1, "begun"]);
      const left = await host.ok(["exec", name, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]);
      assert.doesNotMatch(left, /777/);
    });

    test("failures in the start period don't count, a success does", async () => {
      const flags = ["--health-cmd", "test -e /up", "--health-interval", "100ms", "--health-retries", "1"];
      const name = await run("late", [...flags, "--health-start-period", "1h"]);
      await until(async () => ((await healthOf(name)).Log?.length ?? 0) >= 3, "three checks");
      const { Status, FailingStreak } = await healthOf(name);
      assert.deepEqual([Status, FailingStreak], ["starting", 0]);
      await host.ok(["exec", name, "touch", "/up"]);
      await host.ok(["wait", "--condition", "healthy", name]);
    });

    describe("--health-startup-cmd", () => {
      const regular = ["--health-cmd", "touch /regular", "--health-interval", "100ms"];
      const startup = ["--health-startup-interval", "100ms", "--health-startup-cmd"];

      test("until it succeeds, often enough, the other check is not run, and nothing is unhealthy", async () => {
        const count = "echo x >>/startup; test -e /up";
        const flags = [
          ...regular,
          "--health-retries",
          "1",
          ...startup,
          count,
          "--health-startup-success",
          "2",
        ];
        const name = await run("startup", flags);
        const seen = () =>
          host.ok(["exec", name, "sh", "-c", "cat /startup | wc -l; ls /regular 2>&1; true"]);
        await until(async () => Number((await seen()).split("\n")[0]) >= 3, "three startup checks");
        assert.match(await seen(), /No such file/);
        const { Status, FailingStreak } = await healthOf(name);
        assert.deepEqual([Status, FailingStreak], ["starting", 0]);
        await host.ok(["exec", name, "touch", "/up"]);
        await until(async () => !/No such file/.test(await seen()), "the regular check");
        const lines = (await seen()).split("\n")[0];
        await sleep(500);
        assert.equal((await seen()).split("\n")[0], lines);
        assert.equal((await healthOf(name)).Status, "healthy");
        assert.deepEqual(JSON.parse(await inspect(name, "json .Config.StartupHealthCheck")), {
          Test: ["CMD-SHELL", count],
          Interval: 100e6,
          Timeout: 30e9,
          Successes: 2,
        });
      });

      test("too many failures in a row: the container is restarted", async () => {
        const flags = [
          ...regular,
          ...startup,
          "false",
          "--health-startup-retries",
          "2",
          "--stop-timeout",
          "0",
        ];
        const name = await run("unborn", flags);
        const first = await pid(name);
        await until(async () => ![0, first].includes(await pid(name)), "another process");
        await host.ok(["stop", "-t", "0", name]);
        assert.equal(await inspect(name, ".State.Status"), "exited");
      });
    });

    describe("--health-on-failure", () => {
      const failing = ["--health-cmd", "false", "--health-interval", "100ms", "--health-retries", "2"];

      test("kill: and it is not run again", async () => {
        const name = await run("killed", [...failing, "--health-on-failure", "kill", "--restart", "always"]);
        assert.equal(await host.ok(["wait", name]), "137");
      });

      test("stop: by its stop signal", async () => {
        const script = 'trap "exit 7" TERM; while :; do sleep 0.05; done';
        const name = await run("stopped", [...failing, "--health-on-failure", "stop"], ["sh", "-c", script]);
        assert.equal(await host.ok(["wait", name]), "7");
      });

      test("stop: by SIGKILL where that is not obeyed", async () => {
        const name = await run("stubborn", [
          ...failing,
          "--health-on-failure",
          "stop",
          "--stop-timeout",
          "1",
        ]);
        assert.equal(await host.ok(["wait", name]), "137");
      });

      test("restart: until it is stopped", async () => {
        const name = await run("reborn", [
          ...failing,
          "--health-on-failure",
          "restart",
          "--stop-timeout",
          "0",
        ]);
        const first = await pid(name);
        await until(async () => ![0, first].includes(await pid(name)), "another process");
        await host.ok(["stop", "-t", "0", name]);
        assert.equal(await inspect(name, ".State.Status"), "exited");
      });

      test("restart: not when it ends by itself", async () => {
        const flags = ["--health-cmd", "true", "--health-on-failure", "restart"];
        const name = await run("mortal", flags, ["sh", "-c", "sleep 0.3; exit 5"]);
        assert.equal(await host.ok(["wait", name]), "5");
      });
    });

    describe("a paused container is not checked", () => {
      const pauses = async (name: string, milliseconds: number) => {
        await host.ok(["pause", name]);
        await sleep(milliseconds);
        await host.ok(["unpause", name]);
      };

      test("a check that is frozen with it has all of its time afterwards", async () => {
        const flags = ["--health-cmd", "touch /begun; sleep 0.3", "--health-timeout", "3s"];
        const name = await run("frozen", [...flags, "--health-interval", "1h"]);
        await until(
          async () => (await host.tspod(["exec", name, "test", "-e", "/begun"])).code === 0,
          "a check",
        );
        await pauses(name, 3500);
        await host.ok(["wait", "--condition", "healthy", name]);
        const { Log, FailingStreak } = await healthOf(name);
        assert.deepEqual([Log?.length, Log?.[0]?.ExitCode, FailingStreak], [1, 0, 0]);
      });

      test("one that the runtime refuses because of it is no failure", async () => {
        const name = await run("refused", ["--health-cmd", "echo x", "--health-interval", "1ms"]);
        await host.ok(["wait", "--condition", "healthy", name]);
        for (let round = 0; round < 4; round++) await pauses(name, 100);
        const { Log, Status, FailingStreak } = await healthOf(name);
        assert.deepEqual(
          [Log?.filter(({ ExitCode }) => ExitCode !== 0), Status, FailingStreak],
          [[], "healthy", 0],
        );
      });

      test("nor is it when asked to be", async () => {
        const name = await run("idle", ["--health-cmd", "true", "--health-interval", "disable"]);
        await host.ok(["pause", name]);
        assert.match((await check(name)).stderr, /is paused/);
        await host.ok(["unpause", name]);
        assert.deepEqual(await check(name), { code: 0, stdout: "", stderr: "" });
      });
    });
  });
}

test("the image's check is run, --no-healthcheck is obeyed", async () => {
  const image = "test.localhost/checked:latest";
  await host.ok(["run", "-d", "--name", "images", image, "sleep", "1000"]);
  await host.ok(["wait", "--condition", "healthy", "images"]);
  await host.ok(["run", "-d", "--name", "unchecked", "--no-healthcheck", image, "sleep", "1000"]);
  assert.deepEqual(await healthOf("unchecked"), { Status: "", FailingStreak: 0, Log: null });
  assert.match(await host.ok(["ps", "--filter", "name=unchecked", "--format", "{{.Status}}"]), /^Up [^(]*$/);
});

test("as much of the output and as many results are kept as is asked for", async () => {
  const flags = ["--health-cmd", "yes | head -c 100000; false", "--health-interval", "disable"];
  const limits = ["--health-max-log-size", "0", "--health-max-log-count", "0"];
  await host.ok(["run", "-d", "--name", "all", ...flags, ...limits, IMAGE, "sleep", "1000"]);
  for (let n = 0; n < 7; n++) await check("all");
  const { Log } = await healthOf("all");
  assert.equal(Log?.length, 7);
  assert.deepEqual(new Set(Log?.map(({ Output }) => Output.length)), new Set([99_999]));
  await host.ok(["rm", "-ft0", "all"]);
  const refused = ["create", "--health-log-destination", "nosuch", IMAGE, "true"];
  assert.deepEqual(await host.tspod(refused), {
    code: 125,
    stdout: "",
    stderr:
      "Error: running container create option: HealthCheck Log 'nosuch' destination error: stat nosuch: no such file or directory\n",
  });
});

test("output is cut at 500 bytes; a command that is not there is a failure", async () => {
  const name = ["--name", "loud", "--health-cmd", "yes | head -c 100000", "--health-interval", "disable"];
  await host.ok(["run", "-d", ...name, IMAGE, "sleep", "1000"]);
  assert.equal((await check("loud")).code, 0);
  assert.ok(((await healthOf("loud")).Log?.[0]?.Output.length ?? 0) >= 499);
  await host.ok([
    "run",
    "-d",
    "--name",
    "lost",
    "--health-cmd",
    '["/nope"]',
    "--health-interval",
    "disable",
    IMAGE,
    "sleep",
    "1000",
  ]);
  assert.deepEqual(await check("lost"), { code: 1, stdout: "unhealthy\n", stderr: "" });
});

for (const [args, message] of [
  [
    ["healthcheck", "run", "nosuch"],
    /^Error: unable to look up nosuch to perform a health check: no container with name or ID "nosuch" found: no such container\n$/,
  ],
  [["healthcheck", "run", "unchecked"], /^Error: container [0-9a-f]{64} has no defined healthcheck\n$/],
  [
    ["run", "--health-startup-cmd", "true", IMAGE, "true"],
    /^Error: cannot set a startup healthcheck when there is no regular healthcheck: invalid argument\n$/,
  ],
  [
    ["run", "--no-healthcheck", "--health-startup-cmd", "true", IMAGE, "true"],
    /^Error: cannot specify both --no-healthcheck and --health-startup-cmd\n$/,
  ],
  [
    ["run", "--health-on-failure", "restart", IMAGE, "true"],
    /cannot set on-failure action to restart without a health check/,
  ],
] as const) {
  test(`refused: ${args.join(" ")}`, async () => {
    const { code, stderr } = await host.tspod(args);
    assert.equal(code, 125);
    assert.match(stderr, message);
  });
}
