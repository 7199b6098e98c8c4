import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld();
after(() => world.close());
const { host, ask } = world;

const manager = await ask("systemctl", ["show", "--value", "--property=ControlGroup"]);
const delegated = readFileSync(`/sys/fs/cgroup${manager}/cgroup.controllers`, "utf8").trim().split(" ");

const show = (unit: string, property: string) =>
  ask("systemctl", ["show", "--value", `--property=${property}`, unit]);

/** Ends by itself when it is asked to. */
const WAIT = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"];

/** The group that a container's first process is in. */
async function groupOf(name: string): Promise<string> {
  const pid = await host.ok(["inspect", "-f", "{{.State.Pid}}", name]);
  return readFileSync(`/proc/${pid}/cgroup`, "utf8").match(/^0::(.*)$/m)?.[1] ?? "";
}

for (const runtime of ["crun", "runc"])
  describe(`limits of a pod are those of its slice, with ${runtime}`, { concurrency: false }, () => {
    let slice = "";
    const pod = `limited-${runtime}`;
    test("systemd knows them", async () => {
      const id = await host.ok([
        ...["--runtime", runtime, "pod", "create", "--name", pod],
        ...["--memory", "64m", "--memory-swap", "96m", "--cpus", "0.5", "--cpu-shares", "512"],
      ]);
      slice = `user-libpod_pod_${id}.slice`;
      const result = await host.tspod([
        ...["--runtime", runtime, "run", "-d", "--pod", pod, "--name", `m-${runtime}`, IMAGE, "sleep", "100"],
      ]);
      assert.deepEqual([result.code, result.stderr], [0, ""]);
      assert.equal(await show(slice, "ActiveState"), "active");
      assert.equal(await show(slice, "MemoryMax"), String(64 << 20));
      assert.equal(await show(slice, "MemorySwapMax"), String(32 << 20));
      assert.equal(await show(slice, "CPUQuotaPerSecUSec"), "500ms");
      assert.equal(await show(slice, "CPUWeight"), "20");
    });

    test("infra and member lie in it", async () => {
      const group = await show(slice, "ControlGroup");
      assert.ok(group.endsWith(`/${slice}`), group);
      const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", pod]);
      for (const name of [`m-${runtime}`, infra])
        assert.ok((await groupOf(name)).startsWith(`${group}/`), name);
      if (delegated.includes("memory"))
        assert.equal(readFileSync(`/sys/fs/cgroup${group}/memory.max`, "utf8"), `${64 << 20}\n`);
    });

    test("a restart finds them again, the pod's end ends the slice", async () => {
      await host.ok(["pod", "restart", pod]);
      assert.equal(await show(slice, "MemoryMax"), String(64 << 20));
      const group = await show(slice, "ControlGroup");
      await host.ok(["pod", "rm", "-f", "-t", "0", pod]);
      await until(async () => (await show(slice, "ActiveState")) === "inactive", "the end of the slice");
      await until(async () => !existsSync(`/sys/fs/cgroup${group}`), "the end of its group");
    });
  });

test("a pod without limits leaves its slice to systemd", async () => {
  const id = await host.ok(["pod", "create", "--name", "free"]);
  await host.ok(["run", "-d", "--pod", "free", IMAGE, "sleep", "100"]);
  const slice = `user-libpod_pod_${id}.slice`;
  assert.equal(await show(slice, "ActiveState"), "active");
  await host.ok(["pod", "rm", "-f", "-t", "0", "free"]);
  assert.deepEqual(
    (await ask("systemctl", ["list-units", "--all", "--no-legend", "*libpod_pod*.scope"])).trim(),
    "",
  );
});

describe("generated units of a pod", { concurrency: false }, () => {
  for (const kind of ["there", "anew"] as const) {
    const pod = `pod-${kind}`;
    const unit = `pod-${pod}.service`;
    const memberUnit = `container-m-${kind}.service`;
    test(`${kind}: the pod's unit starts all`, async () => {
      await host.ok(["pod", "create", "--name", pod]);
      await host.ok(["create", "--pod", pod, "--name", `m-${kind}`, IMAGE, ...WAIT]);
      const flags = kind === "anew" ? ["--new"] : [];
      const units = JSON.parse(
        await host.ok(["generate", "systemd", "--name", "--format", "json", ...flags, pod]),
      ) as Record<string, string>;
      if (kind === "anew") await host.ok(["pod", "rm", "-f", "-t", "0", pod]);
      for (const [name, text] of Object.entries(units)) await world.addUnit(`${name}.service`, text);
      await ask("systemctl", ["start", unit]);
      await until(async () => (await show(memberUnit, "ActiveState")) === "active", "the member's unit");
      assert.equal(await show(unit, "ActiveState"), "active");
      assert.equal(await host.ok(["pod", "inspect", "-f", "{{.State}}", pod]), "Running");
      const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", pod]);
      assert.equal(
        await show(unit, "MainPID"),
        await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", infra]),
      );
      assert.equal(
        await show(memberUnit, "MainPID"),
        await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", `m-${kind}`]),
      );
    });

    test(`${kind}: its stop stops all, and neither has failed`, async () => {
      await ask("systemctl", ["stop", unit]);
      await until(async () => (await show(memberUnit, "ActiveState")) !== "deactivating", "the member's end");
      for (const name of [unit, memberUnit]) assert.equal(await show(name, "ActiveState"), "inactive", name);
      assert.equal(await host.ok(["ps", "-q"]), "");
      assert.equal(await host.ok(["pod", "ps", "--format", "{{.Name}}"]), kind === "anew" ? "" : pod);
      if (kind === "there") await host.ok(["pod", "rm", pod]);
    });
  }
});
