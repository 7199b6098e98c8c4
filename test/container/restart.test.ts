import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld, untilEnded } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const inspect = (name: string, field: string) => host.ok(["inspect", "--format", `{{${field}}}`, name]);
const restarts = async (name: string) => Number(await inspect(name, ".RestartCount"));
const pid = async (name: string) => Number(await inspect(name, ".State.Pid"));
const eventsOf = async (name: string) =>
  (await host.ok(["unshare", "sh", "-c", `cat ${host.dataDirectory}/tspod/events*`]))
    .split("\n")
    .filter((line) => line.includes(`"Name":"${name}"`))
    .map((line) => /"Status":"(\w+)"/.exec(line)?.[1]);

for (const runtime of ["crun", "runc"]) {
  const run = (name: string, policy: string, ...args: string[]) => [
    ...["--runtime", runtime, "run", "--name", `${name}-${runtime}`, "--restart", policy],
    ...args,
  ];

  describe(runtime, () => {
    test("on-failure: as often as allowed; who is attached hears of the first end", async () => {
      const name = `failing-${runtime}`;
      const result = await host.tspod(run("failing", "on-failure:2", IMAGE, "sh", "-c", "echo hi; exit 3"));
      assert.deepEqual(result, { code: 3, stdout: "hi\n", stderr: "" });
      await untilEnded(host, name);
      assert.equal(await inspect(name, ".RestartCount}} {{.State.Status}} {{.State.ExitCode"), "2 exited 3");
      assert.equal(await host.ok(["logs", name]), "hi\nhi\nhi");
      assert.deepEqual(
        (await eventsOf(name)).filter((status) => status !== "create" && status !== "init"),
        ["start", "attach", "died", "restart", "start", "died", "restart", "start", "died", "cleanup"],
      );
    });

    test("on-failure: a good end is one", async () => {
      const script = 'n=$(cat /n 2>/dev/null); echo x$n >/n; [ "$n" = xx ]';
      await host.ok(run("luckless", "on-failure", "-d", IMAGE, "sh", "-c", script));
      await untilEnded(host, `luckless-${runtime}`);
      const ended = await inspect(`luckless-${runtime}`, ".State.ExitCode}} {{.RestartCount");
      assert.equal(ended, "0 2");
    });

    test("always: with a terminal, a network and its ports kept", async () => {
      const name = `again-${runtime}`;
      const script = "echo run; exec sleep 1000";
      await host.ok(
        run("again", "always", "-dt", "--init", "-p", "127.0.0.1::80", IMAGE, "sh", "-c", script),
      );
      const port = await host.ok(["port", name]);
      for (const count of [1, 2]) {
        const before = await pid(name);
        process.kill(before, "SIGKILL");
        const other = async () =>
          (await pid(name)) !== before && (await inspect(name, ".State.Running")) === "true";
        await until(other, "another process");
        assert.equal(await restarts(name), count);
        assert.match(await host.ok(["exec", name, "ip", "addr"]), /tap0/);
      }
      assert.equal(await host.ok(["port", name]), port);
      await until(
        async () => (await host.ok(["logs", name])) === "run\r\nrun\r\nrun\r",
        "three runs in the log",
      );
      assert.equal(await host.ok(["exec", "-t", name, "tty"]), "/dev/pts/1\r");
      await host.ok(["stop", "-t", "0", name]);
      assert.equal(await inspect(name, ".State.Status}} {{.State.ExitCode"), "exited 137");
    });

    test("stop, kill and rm are obeyed; start begins anew", async () => {
      const name = `willing-${runtime}`;
      await host.ok(run("willing", "always", "-d", IMAGE, "sleep", "1000"));
      await host.ok(["kill", name]);
      assert.equal(await host.ok(["wait", name]), "137");
      await host.ok(["start", name]);
      process.kill(await pid(name), "SIGKILL");
      await until(async () => (await restarts(name)) === 1 && (await pid(name)) !== 0, "a restart");
      await host.ok(["stop", "-t", "0", name]);
      await sleep(300);
      assert.equal(await inspect(name, ".State.Status"), "exited");
      await host.ok(["start", name]);
      assert.equal(await restarts(name), 0);
      await host.ok(["restart", "-t", "0", name]);
      assert.equal(await inspect(name, ".State.Status"), "running");
      await host.ok(["rm", "-f", "-t", "0", name]);
      assert.equal((await host.tspod(["container", "exists", name])).code, 1);
    });

    test("while it waits to run again: exited; stop, start and rm don't wait", async () => {
      const name = `waiting-${runtime}`;
      const waits = (least = 3) =>
        until(
          async () => (await restarts(name)) >= least && (await inspect(name, ".State.Status")) === "exited",
          "a long back-off",
        );
      await host.ok(run("waiting", "unless-stopped", "-d", IMAGE, "sh", "-c", "exit 4"));
      await waits();
      // On a busy machine the pause may be over before ps has looked: then it is in the next one.
      await until(async () => {
        const status = await host.ok(["ps", "-a", "--filter", `name=${name}`, "--format", "{{.Status}}"]);
        return /^Restarting \(4\) in [\d.]+ s/.test(status);
      }, "ps to say so, too");
      const began = Date.now();
      await host.ok(["stop", name]);
      assert.ok(Date.now() - began < 9000, "not as long as a container that runs would have");
      assert.equal(await host.ok(["wait", name]), "4");
      await host.ok(["start", name]);
      await waits(5);
      await host.ok(["start", name]);
      assert.ok((await restarts(name)) < 5, "counted anew");
      await waits();
      await host.ok(["rm", name]);
      assert.equal((await host.tspod(["container", "exists", name])).code, 1);
    });

    test("a monitor that is told to end, as at shutdown, runs nothing again", async () => {
      const name = `ending-${runtime}`;
      const script = 'trap "exit 6" TERM; echo ready; while :; do sleep 0.05; done';
      await host.ok(run("ending", "always", "-d", IMAGE, "sh", "-c", script));
      await until(async () => (await host.ok(["logs", name])) === "ready", "the trap");
      process.kill(Number(await inspect(name, ".State.ConmonPid")), "SIGTERM");
      assert.equal(await host.ok(["wait", name]), "6");
      assert.equal(await restarts(name), 0);
    });

    test("--rm with on-failure: gone after the last run", async () => {
      const result = await host.tspod(
        run("passing", "on-failure:1", "--rm", IMAGE, "sh", "-c", "echo x; exit 2"),
      );
      assert.deepEqual(result, { code: 2, stdout: "x\n", stderr: "" });
      await until(
        async () => (await host.tspod(["container", "exists", `passing-${runtime}`])).code === 1,
        "its removal",
      );
    });
  });
}

test("the first run follows at once, the next ones ever later", async () => {
  let tries = 0;
  /** Milliseconds from each end to the run after it. */
  const pauses = async () => {
    const name = `pauses${tries++}`;
    await host.ok(["run", "-d", "--name", name, "--restart", "on-failure:3", IMAGE, "false"]);
    await untilEnded(host, name);
    const filters = ["died", "restart"].flatMap((event) => ["--filter", `event=${event}`]);
    const flags = [
      "--stream=false",
      "--filter",
      `container=${name}`,
      ...filters,
      "--format",
      "{{.TimeNano}}",
    ];
    const times = (await host.ok(["events", ...flags])).split("\n").map((time) => Number(time) / 1e6);
    return [0, 2, 4].map((end) => (times[end + 1] ?? 0) - (times[end] ?? 0));
  };
  // A machine with much to do may be late, but not each time.
  await until(async () => {
    const [first = 0, second = 0, third = 0] = await pauses();
    // The pauses are whole milliseconds of another clock than the events have.
    assert.ok(second > 99 && third > 199, `${first} ${second} ${third}`);
    return first < 100;
  }, "a run that follows at once");
});

test("logs -f goes on over restarts", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "talking",
    "--restart",
    "on-failure:2",
    IMAGE,
    "sh",
    "-c",
    "echo once; exit 1",
  ]);
  assert.equal(await host.ok(["logs", "-f", "talking"]), "once\nonce\nonce");
});

test("a container that was initialized is really run the next time", async () => {
  await host.ok([
    "create",
    "--name",
    "prepared",
    "--restart",
    "on-failure:1",
    IMAGE,
    "sh",
    "-c",
    "echo ran; exit 1",
  ]);
  await host.ok(["init", "prepared"]);
  await host.ok(["start", "prepared"]);
  await untilEnded(host, "prepared");
  assert.equal(await inspect("prepared", ".State.ExitCode"), "1");
  assert.equal(await host.ok(["logs", "prepared"]), "ran\nran");
});

test("--rm with always is refused", async () => {
  const result = await host.tspod(["run", "--rm", "--restart", "always", IMAGE, "true"]);
  assert.deepEqual(result, {
    code: 125,
    stdout: "",
    stderr: 'Error: the --rm option conflicts with --restart, when the restartPolicy is not "" and "no"\n',
  });
});

test("restart of a --rm container: it stays, and its end is an event", async () => {
  await host.ok(["run", "-d", "--rm", "--name", "kept", IMAGE, "sleep", "1000"]);
  await host.ok(["restart", "-t", "0", "kept"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "kept"]), "running");
  const events = ["events", "--stream=false", "--filter", "container=kept", "--format", "{{.Status}}"];
  const seen = (await host.ok(events)).split("\n");
  assert.equal(seen.filter((status) => status === "died").length, 1, seen.join());
  assert.ok(!seen.includes("remove"), seen.join());
  // This time nobody has called that off.
  await host.ok(["stop", "-t", "0", "kept"]);
  assert.equal((await host.tspod(["container", "exists", "kept"])).code, 1);
});

describe("StartedAt", () => {
  const startedAt = async (name: string) =>
    Date.parse(await host.ok(["inspect", "-f", "{{json .State.StartedAt}}", name]).then(JSON.parse));

  test("of an initialized container: none; then when it was started, and so after its end", async () => {
    await host.ok(["create", "--name", "two-step", IMAGE, "sleep", "1000"]);
    await host.ok(["init", "two-step"]);
    assert.equal(new Date(await startedAt("two-step")).getUTCFullYear(), 1);
    const before = Date.now();
    await host.ok(["start", "two-step"]);
    const began = await startedAt("two-step");
    assert.ok(began >= before && began <= Date.now(), `${began} ${before}`);
    await host.ok(["stop", "-t", "0", "two-step"]);
    assert.equal(await startedAt("two-step"), began);
  });

  test("of a run that its monitor has begun: when that began", async () => {
    const script = "test -e /again && exec sleep 1000; touch /again; sleep 0.3; exit 1";
    const first = Date.now();
    await host.ok(["run", "-d", "--name", "anew", "--restart", "on-failure", IMAGE, "sh", "-c", script]);
    await until(
      async () =>
        (await host.ok(["inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "anew"])) === "1 running",
      "the second run",
    );
    const second = await startedAt("anew");
    assert.ok(second >= first + 300 && second <= Date.now(), `${first} ${second}`);
    await host.ok(["rm", "-f", "-t", "0", "anew"]);
  });
});
