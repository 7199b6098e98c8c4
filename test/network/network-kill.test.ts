import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const ROUNDS = Number(process.env.TSPOD_KILL_ROUNDS ?? 8);
const seed = Number(process.env.TSPOD_FUZZ_SEED ?? Date.now() % 1_000_000);

/** Numbers from 0 to 1 that the seed determines (mulberry32). */
function random(state: number): () => number {
  let at = state;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let t = Math.imul(at ^ (at >>> 15), 1 | at);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Everything of tspod's that runs but the keeper, which holds the user namespace, and what is in containers.
 */
function victims(): number[] {
  return [...host.processes()]
    .filter(([, line]) =>
      /tspod-(?:network|monitor)|slirp4netns|tspod run|tspod network|main\.cjs/.test(line),
    )
    .map(([pid]) => pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has gone by itself
  }
}

/** `run` of a container in the network that answers `served` at a port of the host. */
function serving(name: string, port: number): string[] {
  const flags = ["-d", "--name", name, "--network", "shaken", "-p", `${port}:80`];
  return ["run", ...flags, IMAGE, "nc", "-ll", "-p", "80", "-e", "echo", "served"];
}

test(`whatever is killed, the next command works, and nothing is left (TSPOD_FUZZ_SEED=${seed})`, async (t) => {
  const next = random(seed);
  await host.ok(["network", "create", "shaken"]);
  await host.ok(["network", "create", "second"]);
  const port = await freePort();
  for (let round = 0; round < ROUNDS; round++) {
    const name = `server${round}`;
    const busy = [
      host.tspod(serving(name, port)),
      host.tspod(["run", "--rm", "--network", "shaken", IMAGE, "true"]),
      host.tspod(["network", "connect", "second", `server${round - 1}`]),
    ];
    for (let kills = 0; kills < 3; kills++) {
      await sleep(next() * 150);
      const pids = victims();
      const pid = pids[Math.floor(next() * pids.length)];
      if (pid !== undefined) {
        t.diagnostic(`round ${round}: killed ${host.processes().get(pid)?.slice(0, 100)}`);
        kill(pid);
      }
    }
    await Promise.all(busy);
    // The next command works: a container of the network is started, found by its name, and reached by its
    // port.
    await host.ok(["rm", "-f", "-t", "0", "-a"]);
    await host.ok(serving("after", port));
    await until(async () => (await ask(port)) === "served\n", "the port");
    const { stdout, stderr } = await host.tspod([
      "run",
      "--rm",
      "--network",
      "shaken",
      IMAGE,
      "nc",
      "-w",
      "2",
      "after",
      "80",
    ]);
    assert.equal(stdout, "served\n", stderr);
    await host.ok(["rm", "-f", "-t", "0", "after"]);
  }
  await until(() => victims().length === 0, "the end of everything");
  const runtime = join(host.runtimeDirectory, "tspod");
  assert.deepEqual(readdirSync(join(runtime, "network")).sort(), ["start.lock", "users.lock"]);
  assert.doesNotMatch(readFileSync("/proc/self/mountinfo", "utf8"), new RegExp(runtime));
});

const holderPid = () => [...host.processes()].find(([, line]) => line.includes("tspod-network "))?.[0] ?? 0;
const monitorPid = (name: string) =>
  host.ok(["inspect", "--format", "{{.State.ConmonPid}}", name]).then((text) => Number(text));

/** What a process sees mounted in the host's own directories. */
const mountsOf = (pid: number) =>
  readFileSync(`/proc/${pid}/mountinfo`, "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((place) => place.startsWith(`${host.directory}/`));

describe("a holder keeps nothing of the container whose monitor has made it", () => {
  test("neither the first, nor one that comes in the place of a killed one", async () => {
    await host.ok(["network", "create", "--ignore", "shaken"]);
    await host.ok(["run", "-d", "--name", "maker", "--network", "shaken", IMAGE, "sleep", "1000"]);
    const monitor = await monitorPid("maker");
    assert.notDeepEqual(mountsOf(monitor), []);
    const first = holderPid();
    assert.deepEqual(mountsOf(first), []);
    kill(first);
    let mounts: readonly string[] = ["not read yet"];
    await until(() => {
      const pid = holderPid();
      if ([0, first].includes(pid)) return false;
      try {
        mounts = mountsOf(pid);
        return true;
      } catch {
        return false; // one that another was faster than, and that has ended
      }
    }, "another holder");
    assert.deepEqual(mounts, []);
    await host.ok(["rm", "-f", "-t", "0", "maker"]);
  });
});

const keeperPid = () => [...host.processes()].find(([, line]) => line.startsWith("tspod-keeper"))?.[0] ?? 0;

describe("a keeper that is killed while a network is in use", () => {
  test("is replaced: the next container is in the same network, and nothing is left in the end", async () => {
    await host.ok(["network", "create", "--ignore", "shaken"]);
    const serve = ["nc", "-ll", "-p", "80", "-e", "echo", "served"];
    await host.ok(["run", "-d", "--name", "before", "--network", "shaken", IMAGE, ...serve]);
    const [keeper, holder] = [keeperPid(), holderPid()];
    assert.notEqual(keeper, 0);
    kill(keeper);
    assert.equal(
      await host.ok(["run", "--rm", "--network", "shaken", IMAGE, "nc", "-w", "2", "before", "80"]),
      "served",
    );
    assert.equal(holderPid(), holder, "the holder is still the same");
    assert.notEqual(keeperPid(), keeper);
    await host.ok(["network", "disconnect", "shaken", "before"]);
    await host.ok(["network", "connect", "shaken", "before"]);
    await host.ok(["rm", "-f", "-t", "0", "before"]);
    // With the last container gone the keeper is killed in the holder's last seconds: nothing but the holder
    // has the namespace then.
    kill(keeperPid());
    assert.equal(await host.ok(["run", "--rm", "--network", "shaken", IMAGE, "echo", "works"]), "works");
    await until(() => holderPid() === 0 && keeperPid() === 0, "the end of the holder and the keeper");
  });
});
