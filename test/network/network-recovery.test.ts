import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { runProgram, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const holderPid = () => [...host.processes()].find(([, line]) => line.includes("tspod-network "))?.[0] ?? 0;

/** /proc/PID/status; empty for a process that has gone. */
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

/**
 * A containers.conf whose slirp4netns does what `first` says when it is called for the first time: its
 * descriptor 3 is the pipe by which it says that it is ready.
 */
function slirpThat(name: string, first: string): { readonly env: Readonly<Record<string, string>> } {
  const program = join(host.directory, name);
  const conf = join(host.configDirectory, `${name}.conf`);
  const script = `#!/bin/sh\nmkdir ${program}.called 2>/dev/null || exec slirp4netns "$@"\n${first}\n`;
  writeFileSync(program, script, { mode: 0o755 });
  writeFileSync(
    conf,
    `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nnetwork_cmd_path = "${program}"\n`,
  );
  return { env: { CONTAINERS_CONF: conf } };
}

describe("a slirp4netns of the shared network namespace that goes wrong", () => {
  for (const [what, first] of [
    ["lives on without a tap device", "printf 1 >&3; exec sleep 1000"],
    ["lives on, and says that it is not ready", "exec 3>&-; exec sleep 1000"],
    ["ends at once", "exit 1"],
    ["is never ready", "exec sleep 1000"],
  ] as const) {
    test(`it ${what}: another comes, and the container starts`, async () => {
      await host.ok(["network", "create", "--ignore", "steady"]);
      const options = slirpThat(`slirp-that-${what.replaceAll(/\W+/g, "-")}`, first);
      assert.equal(
        await host.ok(["run", "--rm", "--network", "steady", IMAGE, "echo", "works"], options),
        "works",
      );
      await until(() => holderPid() === 0, "the end of the holder");
      assert.deepEqual(
        [...host.processes().values()].filter((line) => line.startsWith("sleep")),
        [],
      );
    });
  }
});

test("children of the holder that can't be made come as soon as they can", async () => {
  const port = await freePort();
  await host.ok(["network", "create", "--ignore", "steady"]);
  const serve = ["nc", "-ll", "-p", "80", "-e", "echo", "served"];
  await host.ok([
    "run",
    "-d",
    "--name",
    "server",
    "--network",
    "steady",
    "-p",
    `${port}:80`,
    IMAGE,
    ...serve,
  ]);
  await until(async () => (await ask(port)) === "served\n", "the port");
  const holder = holderPid();
  const limit = (count: string) =>
    runProgram("prlimit", ["--pid", String(holder), `--nproc=${count}`], { env: host.env });
  const { stdout } = await runProgram(
    "prlimit",
    ["--pid", String(holder), "--nproc", "--raw", "--noheadings", "--output", "HARD"],
    { env: host.env },
  );
  assert.equal((await limit(`1:${stdout.trim()}`)).code, 0);
  const children = () =>
    [...host.processes().keys()].filter((pid) => new RegExp(`^PPid:\\t${holder}$`, "m").test(statusOf(pid)));
  const before = children();
  assert.equal(before.length, 3, "slirp4netns, the name server, and what serves the ports");
  for (const pid of before) process.kill(pid, "SIGKILL");
  await until(() => children().length === 0, "the end of the children");
  assert.equal(holderPid(), holder);
  assert.equal((await limit(`${stdout.trim()}:${stdout.trim()}`)).code, 0);
  await until(() => children().length === 3, "the new children");
  await until(async () => (await ask(port)) === "served\n", "the port");
  assert.equal(
    await host.ok(["run", "--rm", "--network", "steady", IMAGE, "nc", "-w", "2", "server", "80"]),
    "served",
  );
  await host.ok(["rm", "-f", "-t", "0", "server"]);
});

test("a container starts and is inspected where a power cut has left a part of what was noted of its networks", async () => {
  await host.ok(["network", "create", "cut"]);
  const id = await host.ok(["run", "-d", "--name", "cut", "--network", "cut", IMAGE, "sleep", "1000"]);
  const note = join(host.dataDirectory, "tspod", "containers", id, "network.json");
  const whole = readFileSync(note, "utf8");
  assert.match(whole, /"name":"cut"/);
  for (const left of ["", whole.slice(0, whole.length / 2)]) {
    await host.ok(["stop", "-t", "0", "cut"]);
    writeFileSync(note, left);
    const networks = [
      "inspect",
      "-f",
      "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}",
      "cut",
    ];
    assert.equal(await host.ok(networks), "cut");
    await host.ok(["start", "cut"]);
    assert.match(await host.ok(["exec", "cut", "ip", "addr"]), /eth0/);
  }
  await host.ok(["rm", "-f", "-t", "0", "cut"]);
  await host.ok(["network", "rm", "cut"]);
});
