import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { after, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

test("all of a user's containers are in one user namespace, which is not the user's own", async () => {
  await host.ok(["run", "-d", "--name", "a", IMAGE, "sleep", "1000"]);
  await host.ok(["run", "-d", "--name", "b", IMAGE, "sleep", "1000"]);
  const pids = (await host.ok(["inspect", "-f", "{{.State.Pid}}", "a", "b"])).split("\n");
  const script = `readlink ${pids.map((pid) => `/proc/${pid}/ns/user`).join(" ")}`;
  const [first, second] = (await host.ok(["unshare", "sh", "-c", script])).split("\n");
  assert.equal(first, second);
  assert.notEqual(first, readlinkSync("/proc/self/ns/user"));
});

test("seconds after the last container has ended, no process is left", async () => {
  assert.ok(host.processes().size > 0);
  await host.ok(["rm", "-a", "-f", "-t", "0"]);
  await until(() => host.processes().size === 0, "the end of all processes", 60_000);
});

test("and the next call works all the same", async () => {
  assert.equal(await host.ok(["run", "--rm", IMAGE, "echo", "again"]), "again");
});
