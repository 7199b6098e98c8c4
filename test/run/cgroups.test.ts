import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

/** Controllers that this user has in its own group. */
const own = readFileSync("/proc/self/cgroup", "utf8").match(/^0::(.*)$/m)?.[1] ?? "/";
const delegated = readFileSync(`/sys/fs/cgroup${own}/../cgroup.controllers`, "utf8").trim().split(" ");

describe("limits: held where the controller is delegated, else an error that says which", () => {
  for (const [controller, flags, file, expected] of [
    ["memory", ["--memory", "64m"], "memory.max", "67108864"],
    ["pids", ["--pids-limit", "50"], "pids.max", "50"],
    ["cpu", ["--cpus", "0.5"], "cpu.max", "50000 100000"],
  ] as const) {
    test(`${controller}${delegated.includes(controller) ? "" : " (not delegated here)"}`, async () => {
      const result = await host.tspod(["run", "--rm", ...flags, IMAGE, "cat", `/sys/fs/cgroup/${file}`]);
      if (delegated.includes(controller))
        assert.deepEqual(result, { code: 0, stdout: `${expected}\n`, stderr: "" });
      else {
        assert.equal(result.code, 126, result.stderr);
        assert.match(result.stderr, new RegExp(`^Error: .*${controller}.*\\n$`));
      }
    });
  }
});

describe("--cgroups besteffort: limits that can't be held are warned of", () => {
  const limits = {
    memory: ["--memory", "64m"],
    cpu: ["--cpus", "0.5"],
    cpuset: ["--cpuset-cpus", "0"],
    pids: ["--pids-limit", "50"],
    io: ["--blkio-weight", "50"],
  };
  const missing = Object.entries(limits).filter(([controller]) => !delegated.includes(controller));
  const held = Object.entries(limits).filter(([controller]) => delegated.includes(controller));
  const flags = Object.values(limits).flat();
  /** Names of the flags that are warned of. */
  const warned = (stderr: string) =>
    [
      ...stderr.matchAll(
        /^WARN\[0000\] (--[\w-]+) can't be held: .*"\w+" cgroup controller is not delegated/gm,
      ),
    ].map(([, flag]) => flag);
  const expected = missing.map(([, [flag]]) => flag);

  test("by the flag, at run, start and update", async () => {
    const run = await host.tspod([
      "run",
      "--name",
      "effort",
      "--cgroups=besteffort",
      ...flags,
      IMAGE,
      "echo",
      "ran",
    ]);
    assert.deepEqual([run.code, run.stdout, warned(run.stderr)], [0, "ran\n", expected], run.stderr);
    const shown = await host.ok([
      "inspect",
      "-f",
      "{{.HostConfig.Cgroups}} {{.HostConfig.Memory}}",
      "effort",
    ]);
    assert.equal(shown, "besteffort 67108864");
    const again = await host.tspod(["start", "-a", "effort"]);
    assert.deepEqual([again.code, again.stdout, warned(again.stderr)], [0, "ran\n", expected]);
    const updated = await host.tspod(["update", "-m", "32m", "effort"]);
    assert.deepEqual([updated.code, warned(updated.stderr)], [0, expected]);
    await host.ok(["rm", "effort"]);
  });

  test("by containers.conf; otherwise the start is refused", async () => {
    const module = join(host.directory, "besteffort.conf");
    writeFileSync(module, '[containers]\ncgroups = "besteffort"\n');
    const taken = await host.tspod(["--module", module, "run", "--rm", ...flags, IMAGE, "echo", "ran"]);
    assert.deepEqual([taken.code, taken.stdout, warned(taken.stderr)], [0, "ran\n", expected]);
    const plain = await host.tspod(["run", "--rm", ...flags, IMAGE, "echo", "ran"]);
    assert.deepEqual([plain.code, warned(plain.stderr)], [missing.length === 0 ? 0 : 126, []]);
  });

  test("what can be held is", async () => {
    const files: Readonly<Record<string, string>> = {
      memory: "memory.max",
      pids: "pids.max",
      cpu: "cpu.max",
    };
    for (const [controller] of held.filter(([name]) => name in files)) {
      const read = [
        "run",
        "--rm",
        "--cgroups=besteffort",
        ...flags,
        IMAGE,
        "cat",
        `/sys/fs/cgroup/${files[controller]}`,
      ];
      assert.doesNotMatch((await host.tspod(read)).stdout, /max$/);
    }
  });
});

test("no limits asked for: no warning, crun", async () => {
  assert.equal((await host.tspod(["run", "--rm", IMAGE, "true"])).stderr, "");
  await host.ok(["create", "--name", "made", IMAGE, "true"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.OCIRuntime}}", "made"]), "crun");
});

test("a container has a group of its own, and sees only that", async () => {
  assert.equal(
    await host.ok(["run", "--rm", IMAGE, "cat", "/proc/self/cgroup"]).then((text) => text.split("\n").at(-1)),
    "0::/",
  );
});
