import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
