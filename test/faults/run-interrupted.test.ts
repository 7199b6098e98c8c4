import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Running, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const CONTAINERS = join(host.dataDirectory, "tspod/containers");
const RUNNING = join(host.runtimeDirectory, "tspod/containers");
let runs = 0;

/**
 * A run that stands still when its container is there and does not run yet: the base of its /etc/hosts is a
 * pipe that nobody writes.
 */
async function stuckRun(...flags: string[]): Promise<{ run: Running; goOn: () => void }> {
  const [hosts, conf] = [join(host.directory, `hosts-${++runs}`), join(host.directory, `conf-${runs}`)];
  execFileSync("mkfifo", [hosts]);
  writeFileSync(conf, `[containers]\nbase_hosts_file = "${hosts}"\n[engine]\ncgroup_manager = "cgroupfs"\n`);
  const before = madeContainers();
  const args = ["run", "--network", "none", ...flags, IMAGE, "sleep", "1000"];
  const run = host.start(args, { env: { CONTAINERS_CONF: conf } });
  await until(() => madeContainers() > before && startsMonitor(), "the container");
  return { run, goOn: () => writeFileSync(hosts, "127.0.0.1 localhost\n") };
}

function madeContainers(): number {
  return existsSync(CONTAINERS) ? readdirSync(CONTAINERS).length : 0;
}

function startsMonitor(): boolean {
  return [...host.processes().values()].some((line) => line.includes("tspod-monitor"));
}

function isPending(pid: number): boolean {
  return !/^ShdPnd:\t0+$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`${signal} to a run --rm before its container runs: nothing is left`, async () => {
    const { run, goOn } = await stuckRun("--rm", "-v", "/anonymous", "-v", "named:/named");
    run.child.kill(signal);
    goOn();
    assert.deepEqual(await run.ended, { code, stdout: "", stderr: "" });
    assert.equal(await host.ok(["ps", "-a", "-q"]), "");
    assert.equal(await host.ok(["volume", "ls", "-q"]), "named");
    assert.deepEqual([readdirSync(CONTAINERS), readdirSync(RUNNING)], [[], []]);
    await until(() => !startsMonitor(), "the monitor's end");
  });
}

test("also with -d", async () => {
  const { run, goOn } = await stuckRun("--rm", "-d");
  run.child.kill("SIGTERM");
  goOn();
  assert.deepEqual(await run.ended, { code: 143, stdout: "", stderr: "" });
  assert.equal(await host.ok(["ps", "-a", "-q"]), "");
});

test("without --rm the container is as created, as with podman, and can be started", async () => {
  const { run, goOn } = await stuckRun("--name", "kept");
  run.child.kill("SIGINT");
  goOn();
  assert.deepEqual(await run.ended, { code: 130, stdout: "", stderr: "" });
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}"]), "kept Created");
  const starting = host.start(["start", "kept"]);
  goOn();
  assert.equal((await starting.ended).code, 0);
  await host.ok(["rm", "-f", "-t", "0", "kept"]);
});

test("a second signal ends it at once", async () => {
  const { run } = await stuckRun("--name", "cut", "--rm");
  run.child.kill("SIGINT");
  await until(() => !isPending(run.pid), "the first to be taken");
  run.child.kill("SIGINT");
  assert.equal((await run.ended).code, 130);
  await host.ok(["rm", "cut"]);
});
