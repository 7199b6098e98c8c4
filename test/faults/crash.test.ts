import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host, registry } = world;

test("kill -9 of a detached run's caller, of a foreground run: the container goes on", async () => {
  const running = host.start([
    "run",
    "--name",
    "orphan",
    IMAGE,
    "sh",
    "-c",
    "echo ready; sleep 2; echo after; exit 4",
  ]);
  await running.saw(/ready/);
  running.child.kill("SIGKILL");
  await running.ended;
  assert.equal(await host.ok(["wait", "orphan"]), "4");
  assert.equal(await host.ok(["logs", "orphan"]), "ready\nafter");
  await host.ok(["rm", "orphan"]);
});

describe("kill -9 at some moment of a run: the next one of that name works", () => {
  for (const delayMs of [5, 15, 25, 35, 50, 70, 90, 120, 160]) {
    test(`after ${delayMs} ms`, async () => {
      const running = host.start(["run", "--name", "cut", IMAGE, "sh", "-c", "sleep 0.3"]);
      await sleep(delayMs);
      running.child.kill("SIGKILL");
      await running.ended;
      await host.ok(["rm", "-f", "-t", "0", "cut"]);
      assert.equal(await host.ok(["run", "--rm", "--name", "cut", IMAGE, "echo", "again"]), "again");
    });
  }
});

describe("kill -9 at some moment of a pull: nothing half is seen, and the next pull works", () => {
  for (const delayMs of [20, 60, 100, 150, 250]) {
    test(`after ${delayMs} ms`, async () => {
      const name = `cut-${delayMs}`;
      const layers = ["a", "b", "c"].map((path) =>
        Array.from({ length: 200 }, (_, index) => ({
          path: `${path}${index}`,
          content: Buffer.alloc(10_000, `${name}${index}`),
        })),
      );
      registry.add(name, "latest", makeImage({ layers: [...layers], compression: "gzip" }));
      const pull = host.start(["pull", "-q", `test.localhost/${name}`]);
      await sleep(delayMs);
      pull.child.kill("SIGKILL");
      await pull.ended;
      await host.ok(["pull", "-q", `test.localhost/${name}`]);
      const probe = await host.tspod(["run", "--rm", "--entrypoint", "/a0", `test.localhost/${name}`]);
      assert.equal(probe.code, 126, probe.stderr); // it is there, and no program
      await host.ok(["rmi", "-f", `test.localhost/${name}`]);
    });
  }
});

test("kill -9 of the monitor: the container counts as ended, and can be removed and started", async () => {
  await host.ok(["run", "-d", "--name", "alone", IMAGE, "sleep", "1000"]);
  const [monitor] = [...host.processes()].find(([, commandLine]) => /tspod-monitor/.test(commandLine)) ?? [];
  assert.ok(monitor, "no monitor");
  process.kill(monitor, "SIGKILL");
  const stopped = await host.tspod(["stop", "-t", "0", "alone"]);
  assert.deepEqual([stopped.code, stopped.stdout], [125, ""]);
  assert.match(stopped.stderr, /^Error: container [0-9a-f]{64} conmon exited prematurely, exit code could/);
  assert.equal(await host.ok(["ps", "-q"]), "");
  await host.ok(["start", "alone"]);
  assert.equal(await host.ok(["ps", "--format", "{{.Names}}"]), "alone");
  await host.ok(["rm", "-f", "-t", "0", "alone"]);
});

test("stop, start, rm: the runtime deletes a container once for each run, a killed monitor's too", async () => {
  const runtime = join(host.directory, "runtime");
  const log = join(host.directory, "calls");
  writeFileSync(runtime, `#!/bin/sh\necho " $* " >>${log}\nexec crun "$@"\n`, { mode: 0o755 });
  const deletions = () => readFileSync(log, "utf8").split(" delete ").length - 1;
  await host.ok(["run", "-d", "--name", "once", "--runtime", runtime, IMAGE, "sleep", "1000"]);
  await host.ok(["stop", "-t", "0", "once"]);
  await host.ok(["start", "once"]);
  assert.equal(deletions(), 1);
  const pids = await host.ok(["inspect", "-f", "{{.State.ConmonPid}} {{.State.Pid}}", "once"]);
  for (const pid of pids.split(" ")) process.kill(Number(pid), "SIGKILL");
  await until(async () => (await host.ok(["ps", "-q"])) === "", "its end");
  await host.ok(["rm", "once"]);
  assert.equal(deletions(), 2);
});

describe("kill -9 of the monitor of a --rm container, once that is removed", () => {
  for (const [name, args] of [
    ["ps", ["ps", "-a"]],
    ["rm", ["rm", "-f", "other"]],
    ["run", ["run", "--rm", IMAGE, "true"]],
  ] as const)
    test(`${name} clears away the runtime's state, the cgroup and the runtime directory`, async () => {
      await host.ok(["create", "--name", "other", IMAGE, "true"]);
      const id = await host.ok(["run", "-d", "--rm", "--name", "gone", IMAGE, "sleep", "1000"]);
      const inspect = async (field: string) =>
        Number(await host.ok(["inspect", "-f", `{{${field}}}`, "gone"]));
      const [pid, monitor] = [await inspect(".State.Pid"), await inspect(".State.ConmonPid")];
      const cgroup = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "";
      // As far as the monitor has come when its client hears of the end.
      for (const process_ of [monitor, pid]) process.kill(process_, "SIGKILL");
      await until(() => !existsSync(`/proc/${pid}/exe`), "its end");
      const store = join(host.dataDirectory, "tspod");
      unlinkSync(join(store, "names/gone"));
      renameSync(join(store, "containers", id), join(store, "tmp", `trash-${id}-${monitor}`));
      const left = () =>
        [
          ...["containers", "crun"].map((name) => join(host.runtimeDirectory, "tspod", name, id)),
          ...(cgroup === "" ? [] : [`/sys/fs/cgroup${cgroup}`]),
        ].filter((path) => existsSync(path));
      assert.ok(left().length >= 2, "nothing is left to be cleared away");
      await host.ok(args);
      assert.deepEqual(left(), []);
      await host.ok(["rm", "-f", "other"]);
    });
});
