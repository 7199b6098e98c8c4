import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Result, sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const runtimeDirectory = join(host.runtimeDirectory, "tspod");

interface Kill {
  /** Command line of a process of the start: when one is seen, time begins. */
  readonly seen: RegExp;
  /** Of the process that gets SIGKILL. Default: the one that was seen. */
  readonly victim?: RegExp;
  readonly delayMs: number;
}

/** SIGKILL at some moment of a start. @returns whether there was something to kill */
async function killSoon({ seen, victim = seen, delayMs }: Kill, isOver: () => boolean): Promise<boolean> {
  // The first of two monitors only forks the other.
  const find = (which: RegExp) => [...host.processes()].findLast(([, line]) => which.test(line))?.[0];
  while (!isOver()) {
    if (find(seen) !== undefined) {
      if (delayMs >= 1) await sleep(delayMs);
      const pid = find(victim);
      return pid !== undefined && kill(pid);
    }
    await setImmediate();
  }
  return false;
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false; // it has come to its end first
  }
}

/** What of a container is left that no record knows: processes, runtime state, cgroups. */
function leftOf(id: string): string[] {
  const states = ["crun", "runc"].flatMap((name) => {
    const directory = join(runtimeDirectory, name);
    return existsSync(directory) ? readdirSync(directory).filter((each) => each.startsWith(id)) : [];
  });
  const processes = [...host.processes()]
    .map(([, commandLine]) => commandLine)
    .filter(
      (line) => /^sleep 98765|tspod-monitor|slirp4netns/.test(line) || line.includes(`create --bundle`),
    );
  return [...states.map((name) => `state ${name}`), ...processes, ...cgroupsOf(id), ...containersIn()];
}

/**
 * Some of it takes the kernel some milliseconds: slirp4netns, for one, ends when it sees the monitor's end.
 */
async function assertNothingLeft(id: string, when: string): Promise<void> {
  await until(() => leftOf(id).length === 0, "the end", 30_000).catch(() =>
    assert.deepEqual(leftOf(id), [], when),
  );
}

async function assertNothingRuns(when: string): Promise<void> {
  await until(() => containersIn().length === 0, "the end", 30_000).catch(() =>
    assert.deepEqual(containersIn(), [], when),
  );
}

afterEach(async () => {
  await host.tspod(["rm", "-af", "-t", "0"]);
});

/** Processes of the containers themselves have another environment. */
function containersIn(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return line === "sleep 98765" ? [`${pid} ${line}`] : [];
    } catch {
      return [];
    }
  });
}

function cgroupsOf(id: string, directory = "/sys/fs/cgroup"): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const path = join(directory, name);
      return name.includes(id) ? [path] : cgroupsOf(id, path);
    });
}

/** A failure is one line of tspod's own. */
function assertTold({ code, stderr }: Result): void {
  if (code === 0) return;
  assert.ok(code === 125 || code === 126 || code === 127, `exit ${code}: ${stderr}`);
  assert.match(stderr, /^(WARN.*\n)*Error: [^\n]*\n$/);
  assert.doesNotMatch(stderr, /bug in tspod| at |Suppressed|ENOTEMPTY/);
}

const ROUNDS = 8;
/** Rounds at the most until one has hit a process that is there for a millisecond. */
const MOST_ROUNDS = 60;

/** One that runs on without its monitor is stopped, too; its exit code is lost, and that is said. */
async function stopAnyway(name: string): Promise<void> {
  const { code, stderr } = await host.tspod(["stop", "-t", "0", name]);
  if (code !== 0) assert.match(stderr, /^Error: container [0-9a-f]{64} conmon exited prematurely, /);
}

describe("SIGKILL at some moment of a start leaves nothing that runs", () => {
  for (const [what, { longest, ...which }] of [
    ["its monitor", { seen: /^tspod-monitor/, longest: 60 }],
    [
      "its monitor, while the runtime is at work",
      { seen: /crun.* create /, victim: /^tspod-monitor/, longest: 30 },
    ],
    ["the runtime's create", { seen: /crun.* create /, longest: 12 }],
    ["the container's process, while the runtime is at work", { seen: /crun.* create /, longest: 40 }],
    ["the runtime's start", { seen: /crun.* start /, longest: 1 }],
  ] as const)
    test(what, async (t) => {
      const id = await host.ok(["create", "--name", "victim", IMAGE, "sleep", "98765"]);
      const outcomes = { hit: 0, started: 0, failed: 0 };
      for (let round = 0; round < (outcomes.hit === 0 ? MOST_ROUNDS : ROUNDS); round++) {
        let over = false;
        const running = host.start(["start", "victim"]);
        void running.ended.finally(() => {
          over = true;
        });
        const hit = await killSoon({ ...which, delayMs: (longest * (round % ROUNDS)) / ROUNDS }, () => over);
        const result = await running.ended;
        assertTold(result);
        outcomes.hit += hit ? 1 : 0;
        outcomes[result.code === 0 ? "started" : "failed"]++;
        if (result.code !== 0) await assertNothingLeft(id, `round ${round}: ${result.stderr}`);
        await stopAnyway("victim");
        await assertNothingLeft(id, `round ${round}, after stop`);
      }
      t.diagnostic(JSON.stringify(outcomes));
      assert.ok(outcomes.hit > 0, `none of ${MOST_ROUNDS} was hit`);
      await host.ok(["rm", "victim"]);
    });

  test("a foreground run whose monitor is killed: with --rm the container is gone", async () => {
    for (let round = 0; round < 8; round++) {
      let over = false;
      const running = host.start(["run", "--rm", "--name", "front", IMAGE, "sleep", "98765"]);
      void running.ended.finally(() => {
        over = true;
      });
      await killSoon({ seen: /^tspod-monitor/, delayMs: round * 6 }, () => over);
      // Where the container had been started its process goes on without a monitor: that is no failed start.
      const result = await Promise.race([running.ended, sleep(3000).then(() => undefined)]);
      if (result === undefined || /lost connection/.test(result.stderr))
        await host.ok(["rm", "-f", "-t", "0", "front"]);
      if (result === undefined) continue; // no monitor was there any more, or not yet
      assert.ok(result.code >= 125, result.stderr);
      assert.doesNotMatch(result.stderr, /bug in tspod| {4}at /);
      assert.equal(await host.ok(["ps", "-aq"]), "", result.stderr);
      await assertNothingRuns(`round ${round}`);
    }
  });

  test("command, monitor and runtime together: the next start, and rm, find nothing in the way", async () => {
    const id = await host.ok(["create", "--name", "all", IMAGE, "sleep", "98765"]);
    for (let round = 0; round < ROUNDS; round++) {
      const running = host.start(["start", "all"]);
      await sleep(40 + round * 7);
      for (const [pid, line] of host.processes()) if (!/tspod-keeper/.test(line)) kill(pid);
      await running.ended;
      await host.ok(["start", "all"]);
      await until(() => containersIn().length === 1, `its process in round ${round}`, 30_000);
      await stopAnyway("all");
      await assertNothingLeft(id, `round ${round}`);
    }
    await host.ok(["rm", "all"]);
  });
});

describe("start and its opposites at the same time", () => {
  for (const [what, opposite, undone] of [
    ["stop", ["stop", "-t", "0", "race"], []],
    ["restart", ["restart", "-t", "0", "race"], []],
    ["kill", ["kill", "race"], [/can only kill running containers/]],
  ] as const)
    test(`${what}: no untrue error, and nothing left`, async () => {
      const id = await host.ok(["create", "--name", "race", IMAGE, "sleep", "98765"]);
      for (let round = 0; round < 8; round++) {
        const start = host.start(["start", "race"]);
        await sleep(round * 12);
        const [started, other] = await Promise.all([start.ended, host.tspod(opposite)]);
        assert.equal(started.code, 0, started.stderr);
        if (other.code !== 0)
          assert.ok(
            undone.some((words) => words.test(other.stderr)),
            other.stderr,
          );
      }
      await host.ok(["stop", "-t", "0", "race"]);
      await assertNothingLeft(id, "at the end");
      await host.ok(["rm", "race"]);
    });

  test("rm -f: the start succeeds, or says that the container was removed", async () => {
    for (let round = 0; round < 10; round++) {
      const id = await host.ok(["create", "--name", "race", IMAGE, "sleep", "98765"]);
      const start = host.start(["start", "race"]);
      await sleep(round * 12);
      const [started, removed] = await Promise.all([
        start.ended,
        host.tspod(["rm", "-f", "-t", "0", "race"]),
      ]);
      assert.deepEqual([removed.code, removed.stderr], [0, ""]);
      if (started.code !== 0)
        assert.match(started.stderr, /^Error: .*(was removed meanwhile|no such container)\n$/);
      await assertNothingLeft(id, `round ${round}`);
      assert.ok(!existsSync(join(host.dataDirectory, "tspod/locks/containers", `${id}.lock`)));
    }
  });

  test("run and rm -f of its name: 125 to 127 in one line, nothing left", async () => {
    for (let round = 0; round < 8; round++) {
      const run = host.start(["run", "-d", "--name", "race", IMAGE, "sleep", "98765"]);
      await sleep(60 + round * 10);
      await host.ok(["rm", "-f", "-t", "0", "race"]);
      assertTold(await run.ended);
      await host.ok(["rm", "-f", "-t", "0", "race"]);
      await assertNothingRuns(`round ${round}`);
    }
  });
});

describe("a container with --rm whose monitor, or `run`, was killed", () => {
  test("its process has ended too: ps does not show it, and its name and volume are free", async () => {
    await host.ok(["run", "-d", "--rm", "--name", "gone", "-v", "/v", IMAGE, "sleep", "98765"]);
    const pids = await host.ok(["inspect", "-f", "{{.State.ConmonPid}} {{.State.Pid}}", "gone"]);
    for (const pid of pids.split(" ")) kill(Number(pid));
    await until(() => containersIn().length === 0, "its end");
    assert.equal(await host.ok(["ps", "-aq"]), "");
    assert.equal(await host.ok(["volume", "ls", "-q"]), "");
    assert.equal(await host.ok(["run", "--rm", "--name", "gone", IMAGE, "echo", "again"]), "again");
  });

  test("one that was made by create stays, and so does one that runs on without its monitor", async () => {
    const made = await host.ok(["create", "--rm", "--name", "made", IMAGE, "true"]);
    const runs = await host.ok(["run", "-d", "--rm", "--name", "runs", IMAGE, "sleep", "98765"]);
    kill(Number(await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", "runs"])));
    const ids = await host.ok(["ps", "-aq", "--no-trunc"]);
    assert.deepEqual(ids.split("\n").sort(), [made, runs].sort());
  });
});
