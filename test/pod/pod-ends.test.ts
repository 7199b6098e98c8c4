import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { requireProgram, sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const remove = (...names: string[]) => host.ok(["pod", "rm", "-f", "-t", "0", ...names]);
const stateOf = (pod: string) => host.ok(["pod", "inspect", "-f", "{{.State}}", pod]);
const becomes = (pod: string, state: string) =>
  until(async () => (await stateOf(pod)) === state, `pod ${pod} to be ${state}`);

for (const runtime of ["crun", "runc"]) {
  const tspod = (...args: string[]) => host.ok(["--runtime", runtime, ...args]);
  const member = (pod: string, script: string, ...flags: string[]) =>
    tspod("run", "-d", "--pod", pod, ...flags, IMAGE, "sh", "-c", script);

  describe(`the exit policy stop on ${runtime}`, () => {
    test("infra runs alone before the first member, and ends with the last one", async () => {
      await tspod("pod", "create", "--name", "stops", "--exit-policy", "stop");
      await tspod("pod", "start", "stops");
      await tspod("run", "--rm", "--pod", "stops", "--name", "long", "-d", IMAGE, "sleep", "99");
      await member("stops", "true", "--name", "short");
      await until(
        async () => (await host.ok(["inspect", "-f", "{{.State.Status}}", "short"])) === "exited",
        "short",
      );
      assert.equal(await stateOf("stops"), "Degraded");
      await host.ok(["kill", "long"]);
      await becomes("stops", "Exited");
      await host.ok(["pod", "start", "stops"]);
      await becomes("stops", "Exited");
      await remove("stops");
    });

    // The first process of a pid namespace gets no SIGTERM that it has not asked for.
    for (const [what, script, code] of [
      [
        "takes SIGTERM later than its last member ends: it comes again",
        "sleep 2; trap 'exit 4' TERM; while :; do sleep 0.1; done",
        "4",
      ],
      ["never takes SIGTERM: SIGKILL follows", "while :; do sleep 0.1; done", "137"],
    ] as const)
      test(`infra ${what}`, async () => {
        const command = JSON.stringify(["sh", "-c", script]);
        await tspod(
          "pod",
          "create",
          "--name",
          "deaf",
          "--exit-policy",
          "stop",
          "--infra-image",
          IMAGE,
          "--infra-command",
          command,
        );
        await member("deaf", "true");
        const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", "deaf"]);
        assert.equal(await host.ok(["wait", infra]), code);
        await remove("deaf");
      });

    test("infra that ends while a member joins it: the member is not started in what may be another's", async () => {
      const infraPid = join(host.directory, `${runtime}-infra.pid`);
      const wrapper = join(host.directory, `ending-${runtime}`);
      const ends = [
        "#!/bin/sh",
        `case " $* " in *" create "*)`,
        `  ${requireProgram(runtime, runtime)} "$@" || exit`,
        `  read -r pid <${infraPid}`,
        "  kill -9 $pid",
        `  while grep -q "^State:.[RSD]" /proc/$pid/status 2>/dev/null; do sleep 0.01; done`,
        "  exit ;;",
        "esac",
        `exec ${requireProgram(runtime, runtime)} "$@"`,
        "",
      ];
      writeFileSync(wrapper, ends.join("\n"), { mode: 0o755 });
      await tspod("pod", "create", "--name", "gone");
      await tspod("pod", "start", "gone");
      const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", "gone"]);
      writeFileSync(infraPid, `${await host.ok(["inspect", "-f", "{{.State.Pid}}", infra])}\n`);
      const args = [
        "--runtime",
        wrapper,
        "run",
        "-d",
        "--name",
        "late",
        "--pod",
        "gone",
        IMAGE,
        "sleep",
        "99",
      ];
      const { code, stderr } = await host.tspod(args);
      const id = await host.ok(["inspect", "-f", "{{.Id}}", "late"]);
      assert.deepEqual(
        { code, stderr },
        {
          code: 126,
          stderr: `Error: container ${infra}, whose namespaces container ${id} joins, has ended meanwhile: start both again\n`,
        },
      );
      assert.equal(await host.ok(["inspect", "-f", "{{.State.Pid}}", "late"]), "0");
      await remove("gone");
    });

    test("a killed monitor holds nothing up; a member that can't be started ends nothing", async () => {
      await tspod("pod", "create", "--name", "killed", "--exit-policy", "stop");
      const id = await member("killed", "sleep 99");
      const failed = await host.tspod(["run", "--rm", "--pod", "killed", IMAGE, "nonexistent"]);
      assert.equal(failed.code, 127);
      assert.equal(await stateOf("killed"), "Running");
      process.kill(Number(await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", id])), "SIGKILL");
      // Infra stays for the process that has lost its monitor: it would lose its network with it.
      await member("killed", "true");
      await sleep(500);
      assert.equal(
        await host.ok(["pod", "inspect", "-f", "{{(index .Containers 0).State}}", "killed"]),
        "running",
      );
      await host.ok(["kill", id]);
      await becomes("killed", "Exited");
      await remove("killed");
    });

    test("it waits for the pauses of a restart policy", async () => {
      await tspod("pod", "create", "--name", "again", "--exit-policy", "stop");
      const id = await member("again", "sleep 0.2; exit 1", "--restart", "on-failure:1");
      await becomes("again", "Exited");
      assert.equal(await host.ok(["inspect", "-f", "{{.RestartCount}}", id]), "1");
      await remove("again");
    });
  });

  test(`/dev/shm is shared with the ipc namespace on ${runtime}, in a user namespace too`, async () => {
    for (const flags of [[], ["--userns", "keep-id"]]) {
      await tspod("pod", "create", "--name", "shm", "--shm-size", "1m", ...flags);
      await tspod("run", "--rm", "--pod", "shm", IMAGE, "touch", "/dev/shm/mine");
      assert.equal(await tspod("run", "--rm", "--pod", "shm", IMAGE, "ls", "/dev/shm"), "mine");
      assert.equal(
        await tspod("run", "--rm", "--pod", "shm", "--ipc", "private", IMAGE, "ls", "/dev/shm"),
        "",
      );
      const failed = await host.tspod([
        "--runtime",
        runtime,
        "run",
        "--rm",
        "--pod",
        "shm",
        IMAGE,
        "nonexistent",
      ]);
      assert.equal(failed.code, 127, failed.stderr);
      await remove("shm");
    }
  });
}

test("the limits of a pod are those of its own cgroup, which goes with it", async () => {
  const id = await host.ok(["pod", "create", "--name", "small", "--memory", "50m", "--cpus", "0.5"]);
  const { code, stderr } = await host.tspod([
    "run",
    "-d",
    "--pod",
    "small",
    "--name",
    "limited",
    IMAGE,
    "sleep",
    "99",
  ]);
  assert.equal(code, 0);
  const [path = "", ...limits] = (
    await host.ok(["pod", "inspect", "-f", "{{.CgroupPath}} {{.MemoryLimit}} {{.CPUQuota}}", "small"])
  ).split(" ");
  assert.deepEqual(limits, ["52428800", "50000"]);
  const member = await host.ok(["inspect", "-f", "{{.State.Pid}}", "limited"]);
  assert.match(readFileSync(`/proc/${member}/cgroup`, "utf8"), new RegExp(`^0::${path}/libpod-`, "m"));
  for (const [file, value] of [
    ["memory.max", "52428800"],
    ["cpu.max", "50000 100000"],
  ] as const) {
    const held = existsSync(`/sys/fs/cgroup${path}/${file}`);
    if (held) assert.equal(readFileSync(`/sys/fs/cgroup${path}/${file}`, "utf8"), `${value}\n`);
    // Where the host has that controller in cgroup v1, nobody can hold the limit, and that is said.
    const warning = `a limit of pod ${id} is not held: ${file} can't be set to ${value} here`;
    assert.equal(stderr.includes(warning), !held);
  }
  // A stopped pod has none, and a start makes it with the limits again.
  const held = ["memory.max", "cpu.max"].filter((file) => existsSync(`/sys/fs/cgroup${path}/${file}`));
  const looks = () => held.map((file) => readFileSync(`/sys/fs/cgroup${path}/${file}`, "utf8"));
  const before = looks();
  await host.ok(["pod", "stop", "-t", "0", "small"]);
  assert.equal(existsSync(`/sys/fs/cgroup${path}`), false);
  await host.ok(["pod", "start", "small"]);
  assert.deepEqual(looks(), before);
  await remove("small");
  assert.equal(existsSync(`/sys/fs/cgroup${path}`), false);
});

test("with a shared pid namespace all end with infra; the next start brings it back", async () => {
  await host.ok(["pod", "create", "--name", "pids", "--share", "+pid"]);
  await host.ok(["run", "-d", "--pod", "pids", "--name", "first", IMAGE, "sleep", "99"]);
  const processes = await host.ok(["run", "--rm", "--pod", "pids", IMAGE, "ps", "-o", "args"]);
  assert.match(processes, /\/pause\n(?:.*\n)*sleep 99\n/);
  await host.ok(["kill", await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", "pids"])]);
  await becomes("pids", "Exited");
  await host.ok(["start", "first"]);
  await becomes("pids", "Running");
  await host.ok(["pod", "kill", "pids"]);
  await becomes("pids", "Exited");
  await host.ok(["pod", "restart", "pids"]);
  await becomes("pids", "Running");
  await host.ok(["pod", "pause", "pids"]);
  assert.equal(await stateOf("pids"), "Paused");
  await host.ok(["pod", "unpause", "pids"]);
  assert.equal(await stateOf("pids"), "Running");
  await remove("pids");
});
