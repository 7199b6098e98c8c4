import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld, untilEnded } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const inspect = (name: string, field: string) => host.ok(["inspect", "--format", `{{${field}}}`, name]);
const json = async (name: string, field: string) => JSON.parse(await inspect(name, `json ${field}`));
const run = (name: string, flags: readonly string[], command: readonly string[] = ["sleep", "1000"]) =>
  host.ok(["run", "-d", "--name", name, "--network", "none", ...flags, IMAGE, ...command]);
const update = (...args: string[]) => host.ok(["update", ...args]);

async function refused(args: readonly string[], message: string): Promise<void> {
  const { code, stdout, stderr } = await host.tspod(["update", ...args]);
  assert.deepEqual([code, stdout, stderr.split("\n")[0]], [125, "", `Error: ${message}`]);
}

describe("--restart", () => {
  test("no to always while it runs: it is run again, and after a stop it is not", async () => {
    const id = await run("late", []);
    assert.equal(await update("--restart", "always", "late"), id);
    assert.deepEqual(await json("late", ".HostConfig.RestartPolicy"), {
      Name: "always",
      MaximumRetryCount: 0,
    });
    process.kill(Number(await inspect("late", ".State.Pid")), "SIGKILL");
    await until(async () => (await inspect("late", ".RestartCount")) === "1", "a restart");
    await until(async () => (await inspect("late", ".State.Status")) === "running", "it to run");
    await host.ok(["stop", "-t", "0", "late"]);
    assert.equal(await inspect("late", ".State.Status"), "exited");
    await host.ok(["start", "late"]);
    process.kill(Number(await inspect("late", ".State.Pid")), "SIGKILL");
    await until(async () => (await inspect("late", ".RestartCount")) === "1", "a restart after a start");
    await host.ok(["rm", "-ft0", "late"]);
  });

  test("always to no while it runs, and while it waits to be run again", async () => {
    await run("tired", ["--restart", "always"]);
    await update("--restart", "no", "tired");
    process.kill(Number(await inspect("tired", ".State.Pid")), "SIGKILL");
    assert.equal(await host.ok(["wait", "tired"]), "137");
    assert.equal(await inspect("tired", ".RestartCount"), "0");
    await run("pausing", ["--restart", "always"], ["false"]);
    const counted = async () => Number(await inspect("pausing", ".RestartCount")) >= 5;
    await until(counted, "five runs", 20_000);
    await update("--restart", "no", "pausing");
    await until(async () => (await inspect("pausing", ".State.Status")) === "exited", "its end");
    const count = await inspect("pausing", ".RestartCount");
    await new Promise((resolve) => setTimeout(resolve, 4000));
    assert.equal(await inspect("pausing", ".RestartCount"), count);
  });

  test("of a created container, with retries", async () => {
    await host.ok(["create", "--name", "made", IMAGE, "false"]);
    await update("--restart", "on-failure:2", "made");
    await host.ok(["start", "made"]);
    await untilEnded(host, "made");
    assert.equal(await inspect("made", ".State.ExitCode}} {{.RestartCount"), "1 2");
    await update("--restart", "", "made");
    assert.equal(await inspect("made", ".HostConfig.RestartPolicy.Name"), "no");
  });
});

describe("--env, --unsetenv, --ulimit", () => {
  test("exec and inspect see them at once, the next run has them", async () => {
    await run("env", ["-e", "A=1", "-e", "B=2"], ["sh", "-c", "echo $A-$B-$C; ulimit -n; sleep 1000"]);
    await update("--env", "A=x=y", "-e", "C=3", "--unsetenv", "B", "--ulimit", "nofile=100:200", "env");
    const env = await host.ok(["exec", "env", "env"]);
    assert.match(env, /^A=x=y$/m);
    assert.match(env, /^C=3$/m);
    assert.match(env, /^HOSTNAME=/m);
    assert.doesNotMatch(env, /^B=/m);
    assert.ok((await json("env", ".Config.Env")).includes("C=3"));
    const expected = [{ Name: "RLIMIT_NOFILE", Soft: 100, Hard: 200 }];
    const nofile = async () =>
      (await json("env", ".HostConfig.Ulimits")).filter(
        ({ Name }: { Name: string }) => Name === "RLIMIT_NOFILE",
      );
    assert.deepEqual(await nofile(), expected);
    await host.ok(["restart", "-t", "0", "env"]);
    await until(async () => (await host.ok(["logs", "env"])).endsWith("\nx=y--3\n100"), "the next run's log");
    assert.deepEqual(await nofile(), expected);
    await host.ok(["rm", "-ft0", "env"]);
  });

  test("--ulimit nproc=-1 is as much as the caller has, as Podman's", async () => {
    await run("much", [], ["sh", "-c", "ulimit -u; sleep 1000"]);
    await update("--ulimit", "nproc=512", "much");
    await update("--ulimit", "nproc=-1:-1", "much");
    const limit = await host.ok(["exec", "much", "sh", "-c", "ulimit -u"]);
    await host.ok(["restart", "-t", "0", "much"]);
    await until(async () => (await host.ok(["logs", "much"])) === `${limit}\n${limit}`, "the next run's log");
    assert.equal(
      await host.ok(["run", "--rm", "--ulimit", "nproc=-1", IMAGE, "sh", "-c", "ulimit -u"]),
      limit,
    );
    const core = ["--ulimit", "core=-1", "--name", "core", IMAGE, "true"];
    await host.ok(["run", ...core]);
    const [found] = (await json("core", ".HostConfig.Ulimits")).filter(
      ({ Name }: { Name: string }) => Name === "RLIMIT_CORE",
    );
    assert.ok(found.Hard >= -1 && Number.isSafeInteger(found.Hard));
    await host.ok(["rm", "-ft0", "much", "core"]);
  });

  test("of a container that never ran", async () => {
    await host.ok(["create", "--name", "fresh", "-e", "A=1", IMAGE, "env"]);
    await update("-e", "B=2", "--unsetenv", "A", "--unsetenv", "nosuch", "fresh");
    const env = await host.ok(["start", "-a", "fresh"]);
    assert.match(env, /^B=2$/m);
    assert.doesNotMatch(env, /^A=/m);
  });
});

describe("health checks", () => {
  const status = (name: string) => inspect(name, ".State.Health.Status");

  test("one is given to a container that runs, changed, and taken away", async () => {
    await run("sick", []);
    await update(
      "--health-cmd",
      "test -e /well",
      "--health-interval",
      "100ms",
      "--health-retries",
      "2",
      "sick",
    );
    await host.ok(["wait", "--condition", "unhealthy", "sick"]);
    await update("--health-cmd", "true", "sick");
    await host.ok(["wait", "--condition", "healthy", "sick"]);
    const check = await json("sick", ".Config.Healthcheck");
    assert.deepEqual([check.Test, check.Interval, check.Retries], [["CMD-SHELL", "true"], 1e8, 2]);
    await update("--health-interval", "disable", "sick");
    const results = async () => JSON.stringify(await json("sick", ".State.Health.Log"));
    await new Promise((resolve) => setTimeout(resolve, 300)); // one may be under way
    const then = await results();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await results(), then);
    await update("--no-healthcheck", "sick");
    const asked = await host.tspod(["healthcheck", "run", "sick"]);
    assert.deepEqual([asked.code, /has no defined healthcheck/.test(asked.stderr)], [125, true]);
    await host.ok(["rm", "-ft0", "sick"]);
  });

  test("on failure the container is run again, though it was not made for that", async () => {
    await run("revived", ["--health-cmd", "false", "--health-interval", "100ms", "--health-retries", "1"]);
    const before = await inspect("revived", ".State.StartedAt");
    await update("--health-on-failure", "restart", "revived");
    await until(async () => (await inspect("revived", ".State.StartedAt")) !== before, "another run", 20_000);
    await update("--health-on-failure", "kill", "revived");
    assert.equal(await host.ok(["wait", "revived"]), "137");
    await host.ok(["rm", "-ft0", "revived"]);
  });

  test("a startup check is for the runs to come", async () => {
    await run("starter", ["--health-cmd", "true", "--health-interval", "disable"]);
    await update("--health-startup-cmd", "false", "--health-startup-success", "2", "starter");
    assert.deepEqual(await host.tspod(["healthcheck", "run", "starter"]), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    await host.ok(["restart", "-t0", "starter"]);
    assert.deepEqual(await host.tspod(["healthcheck", "run", "starter"]), {
      code: 1,
      stdout: "starting\n",
      stderr: "",
    });
    assert.equal(await status("starter"), "starting");
    await host.ok(["rm", "-ft0", "starter"]);
  });

  test("where results go, and how many", async () => {
    const directory = join(host.directory, "results");
    mkdirSync(directory);
    const flags = ["--health-cmd", 'echo "a\\"b"; false', "--health-interval", "disable"];
    const id = await run("logged", flags);
    await update("--health-log-destination", directory, "--health-max-log-count", "2", "logged");
    await update("--health-max-log-size", "3", "logged");
    for (let n = 0; n < 3; n++) await host.tspod(["healthcheck", "run", "logged"]);
    const written = JSON.parse(readFileSync(join(directory, `${id}-healthcheck.log`), "utf8"));
    assert.deepEqual([written.Status, written.FailingStreak], ["unhealthy", 3]);
    const outputs = written.Log.map(({ Output, ExitCode }: { Output: string; ExitCode: number }) => [
      Output,
      ExitCode,
    ]);
    assert.deepEqual(outputs, [
      ['a"b', 1],
      ['a"b', 1],
    ]);
    assert.equal((await json("logged", ".State.Health.Log")).length, 2);
    const { HealthLogDestination, HealthcheckMaxLogCount, HealthcheckMaxLogSize } = await json(
      "logged",
      ".Config",
    );
    assert.deepEqual(
      [HealthLogDestination, HealthcheckMaxLogCount, HealthcheckMaxLogSize],
      [directory, 2, 3],
    );
    await update("--health-log-destination", "events_logger", "logged");
    await host.tspod(["healthcheck", "run", "logged"]);
    const filter = ["--filter", "event=health_status", "--filter", "container=logged"];
    const events = await host.ok(["events", "--stream=false", ...filter]);
    assert.match(
      events.split("\n").at(-1) ?? "",
      /health_status=unhealthy, health_failing_streak=4, health_log=\{"Start":"[^"]*","End":"[^"]*","ExitCode":1,"Output":"a\\"b"\}/,
    );
    await host.ok(["rm", "-ft0", "logged"]);
  });
});

test("what is refused changes nothing", async () => {
  await host.ok(["create", "--name", "kept", "-e", "A=1", IMAGE, "true"]);
  const before = await host.ok(["inspect", "kept"]);
  await refused(["--restart", "bogus", "kept"], '"bogus" is not a valid restart policy: invalid argument');
  await refused(
    ["--restart", "always:3", "kept"],
    "restart policy retries can only be specified with on-failure restart policy",
  );
  await refused(
    ["--ulimit", "bogus", "kept"],
    'ulimit option "bogus" requires name=SOFT:HARD, failed to be parsed: invalid ulimit argument: bogus',
  );
  await refused(["--env", "=x", "kept"], 'invalid variable: "=x"');
  await refused(
    ["--health-interval", "5s", "kept"],
    "healthcheck command is not set: set it with --health-cmd",
  );
  await refused(
    ["--health-cmd", "true", "--health-startup-retries", "3", "kept"],
    "startup healthcheck command is not set: set it with --health-startup-cmd",
  );
  await refused(
    ["--no-healthcheck", "--health-cmd", "true", "kept"],
    "cannot specify both --no-healthcheck and other HealthCheck flags",
  );
  await refused(
    ["--health-cmd", "true", "--health-timeout", "0", "kept"],
    "healthcheck-timeout must be at least 1 second",
  );
  await refused(
    ["--health-log-destination", "/nosuch", "kept"],
    "HealthCheck Log '/nosuch' destination error: stat /nosuch: no such file or directory",
  );
  await refused(
    ["--health-log-destination", "/etc/passwd", "kept"],
    "HealthCheck Log '/etc/passwd' destination must be directory",
  );
  await refused(
    ["--health-on-failure", "kill", "kept"],
    "cannot set on-failure action to kill without a health check",
  );
  await refused(["--latest", "kept"], "--latest and containers cannot be used together");
  await refused([], '"tspod update" requires a name, id, or the "--latest" flag');
  assert.equal(await host.ok(["inspect", "kept"]), before);
  assert.equal(await update("--latest", "-e", "A=2"), JSON.parse(before)[0].Id);
  assert.ok((await json("kept", ".Config.Env")).includes("A=2"));
});
