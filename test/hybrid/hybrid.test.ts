import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

/**
 * On a host where cgroup v1 and v2 are mounted beside each other crun refuses to run, and a user has no
 * limits.
 */
assert.ok(
  existsSync("/sys/fs/cgroup/unified"),
  "these tests are for a host with a hybrid cgroup tree: see scripts/sandbox",
);
const world = await makeWorld();
after(() => world.close());
const { host } = world;

test("a container runs, with a runtime that accepts such a host, and one warning at most", async () => {
  const { code, stdout, stderr } = await host.tspod(["run", "--rm", IMAGE, "echo", "runs"]);
  assert.deepEqual([code, stdout], [0, "runs\n"], stderr);
  assert.ok(stderr.trim().split("\n").length <= 1, stderr);
  await host.ok(["create", "--name", "made", IMAGE, "true"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.OCIRuntime}}", "made"]), "runc");
});

test("-d, exec, stop", async () => {
  await host.ok(["run", "-d", "--name", "box", IMAGE, "sleep", "1000"]);
  assert.equal(await host.ok(["exec", "box", "echo", "in"]), "in");
  await host.ok(["stop", "-t", "0", "box"]);
});

test("a limit that can't be held is an error that says what to do", async () => {
  const { code, stderr } = await host.tspod(["run", "--rm", "--memory", "64m", IMAGE, "true"]);
  assert.equal(code, 126, stderr);
  assert.match(stderr, /memory/);
});

test("another limit likewise", async () => {
  const { code, stderr } = await host.tspod(["run", "--rm", "--cpus", "1", IMAGE, "true"]);
  assert.equal(code, 126);
  assert.match(stderr, /cpu/);
});
