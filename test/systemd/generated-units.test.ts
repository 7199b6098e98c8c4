import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld();
after(() => world.close());
const { host, ask } = world;

const show = async (unit: string, property: string) =>
  ask("systemctl", ["show", "--value", `--property=${property}`, unit]);
const inspect = (name: string, format: string) => host.ok(["inspect", "--format", format, name]);

/** A unit for a container of that name, known to the manager. */
async function addUnit(name: string, ...flags: string[]): Promise<string> {
  const unit = `container-${name}.service`;
  await world.addUnit(unit, await host.ok(["generate", "systemd", "--name", ...flags, name]));
  return unit;
}

const SLEEP = [
  "--network=none",
  IMAGE,
  "sh",
  "-c",
  "trap 'exit 0' TERM; echo said; while :; do sleep 0.1; done",
];

for (const kind of ["without", "with"] as const) {
  describe(`a unit ${kind} --new`, { concurrency: false }, () => {
    const name = kind === "with" ? "anew" : "there";
    const isNew = kind === "with";
    let unit = "";

    test("starts", async () => {
      await host.ok(["create", "--name", name, ...SLEEP]);
      unit = await addUnit(name, ...(isNew ? ["--new"] : []));
      if (isNew) await host.ok(["rm", name]);
      await ask("systemctl", ["start", unit]);
      assert.equal(await show(unit, "ActiveState"), "active");
      assert.equal(await inspect(name, "{{.State.Status}}"), "running");
    });

    test("its main process is the monitor", async () => {
      assert.equal(await show(unit, "MainPID"), await inspect(name, "{{.State.ConmonPid}}"));
    });

    if (isNew) {
      test("what runs in it knows the unit", async () => {
        assert.equal(await inspect(name, "{{.Config.Labels.PODMAN_SYSTEMD_UNIT}}"), unit);
      });
    }

    test("is restarted when the container fails", async () => {
      const [id, pid] = [await inspect(name, "{{.Id}}"), await inspect(name, "{{.State.Pid}}")];
      await host.ok(["kill", "--signal", "KILL", name]);
      await until(
        async () => (await show(unit, "NRestarts")) === "1" && (await show(unit, "ActiveState")) === "active",
        "a restart",
      );
      assert.equal(await inspect(name, "{{.State.Status}}"), "running");
      assert.notEqual(await inspect(name, "{{.State.Pid}}"), pid);
      assert.equal((await inspect(name, "{{.Id}}")) === id, !isNew);
    });

    test("restarts when it is asked to", async () => {
      const pid = await inspect(name, "{{.State.Pid}}");
      await ask("systemctl", ["restart", unit]);
      assert.notEqual(await inspect(name, "{{.State.Pid}}"), pid);
      assert.equal(await show(unit, "ActiveState"), "active");
    });

    test("stops, and is not failed", async () => {
      await ask("systemctl", ["stop", unit]);
      assert.equal(await show(unit, "ActiveState"), "inactive");
      assert.equal(await host.ok(["ps", "-q"]), "");
      assert.equal(
        await host.ok(["ps", "-a", "--filter", `name=${name}`, "--format", "{{.Names}}"]),
        isNew ? "" : name,
      );
      assert.deepEqual(
        [...host.processes().values()].filter((line) => line.includes("tspod-monitor")),
        [],
      );
    });
  });
}

test("a unit that is killed as a whole leaves nothing, and starts again", async () => {
  await host.ok(["create", "--name", "crash", ...SLEEP]);
  const unit = await addUnit("crash", "--new", "--restart-policy", "no");
  await host.ok(["rm", "crash"]);
  await ask("systemctl", ["start", unit]);
  await ask("systemctl", ["kill", "--signal=KILL", unit]);
  await until(async () => (await show(unit, "ActiveState")) === "failed", "the unit's end");
  await ask("systemctl", ["start", unit]);
  assert.equal(await inspect("crash", "{{.State.Status}}"), "running");
  await ask("systemctl", ["stop", unit]);
  assert.equal(await host.ok(["ps", "-aq", "--filter", "name=crash"]), "");
});

test("instances of a template don't get in each other's way", async () => {
  await host.ok(["create", "--name", "many", ...SLEEP]);
  const text = await host.ok(["generate", "systemd", "--name", "--template", "many"]);
  await host.ok(["rm", "many"]);
  await world.addUnit("container-many@.service", text);
  const units = ["container-many@a.service", "container-many@b.service"];
  await ask("systemctl", ["start", ...units]);
  assert.deepEqual((await host.ok(["ps", "--format", "{{.Names}}"])).split("\n").sort(), [
    "many-a",
    "many-b",
  ]);
  await ask("systemctl", ["stop", ...units]);
});

test("an unhealthy container is killed, and its unit makes a new one", async () => {
  const check = [
    "--health-cmd",
    "test ! -e /bad",
    "--health-interval=1s",
    "--health-retries=1",
    "--health-on-failure=kill",
  ];
  await host.ok(["create", "--name", "ill", ...check, ...SLEEP]);
  const unit = await addUnit("ill", "--new");
  await host.ok(["rm", "ill"]);
  await ask("systemctl", ["start", unit]);
  const id = await inspect("ill", "{{.Id}}");
  await host.ok(["exec", "ill", "touch", "/bad"]);
  await until(
    async () => (await show(unit, "NRestarts")) === "1" && (await show(unit, "ActiveState")) === "active",
    "a restart",
  );
  assert.notEqual(await inspect("ill", "{{.Id}}"), id);
  await ask("systemctl", ["stop", unit]);
});
