import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { TSPOD, until } from "../support/program.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

/* A service that is not the container's own: of a script, a timer, a desktop's terminal. */
const world = await makeSystemdWorld();
after(() => world.close());
const { host, ask } = world;

const inspect = (name: string, format: string) => host.ok(["inspect", "--format", format, name]);
const groupOf = (pid: string) => readFileSync(`/proc/${pid}/cgroup`, "utf8");

test("a container that a service has left running outlives it, with its network", async () => {
  await ask("systemd-run", [
    "--unit=maker",
    "--wait",
    "--quiet",
    TSPOD,
    ...["run", "-d", "--name", "left", IMAGE, "sleep", "1000"],
  ]);
  const id = await inspect("left", "{{.Id}}");
  assert.ok(groupOf(await inspect("left", "{{.State.ConmonPid}}")).includes(`/tspod-monitor-${id}.scope`));
  assert.match(await host.ok(["exec", "left", "ip", "link", "show", "tap0"]), /LOWER_UP/);
  await host.ok(["rm", "-f", "-t", "0", "left"]);
  await until(
    async () => (await ask("systemctl", ["list-units", "--all", "--no-legend", "tspod-monitor*"])) === "",
    "the end of the scope",
  );
});

test("a service's foreground container ends with it", async () => {
  await ask("systemd-run", [
    "--unit=front",
    "--quiet",
    TSPOD,
    ...[
      "run",
      "--rm",
      "--name",
      "front",
      "--network=none",
      IMAGE,
      "sh",
      "-c",
      "trap 'exit 0' TERM; while :; do sleep 0.1; done",
    ],
  ]);
  await until(async () => (await host.ok(["ps", "-q", "--filter", "name=front"])) !== "", "the container");
  await ask("systemctl", ["stop", "front.service"]);
  assert.equal(await host.ok(["ps", "-aq", "--filter", "name=front"]), "");
});

test("a service's foreground container that takes no notice of SIGTERM is killed after its stop timeout", async () => {
  const flags = ["--rm", "--name", "deaf", "--network=none", "--stop-timeout", "2"];
  await ask("systemd-run", ["--unit=deaf", "--quiet", TSPOD, "run", ...flags, IMAGE, "sleep", "1000"]);
  await until(async () => (await host.ok(["ps", "-q", "--filter", "name=deaf"])) !== "", "the container");
  const begun = performance.now();
  await ask("systemctl", ["stop", "deaf.service"]); // its own patience is 90 s
  assert.ok(performance.now() - begun < 30_000);
  assert.equal(await host.ok(["ps", "-aq", "--filter", "name=deaf"]), "");
});

test("a service whose main process the monitor is keeps it", async () => {
  const pidFile = `${host.directory}/monitor.pid`;
  await world.addUnit(
    "forking.service",
    `[Service]\nType=forking\nPIDFile=${pidFile}\nExecStart=${TSPOD} run -d --rm --name forked --network=none --conmon-pidfile=${pidFile} --stop-timeout=0 ${IMAGE} sleep 1000\nExecStop=${TSPOD} stop forked\n`,
  );
  await ask("systemctl", ["start", "forking.service"]);
  const monitor = await inspect("forked", "{{.State.ConmonPid}}");
  assert.match(groupOf(monitor), /\/forking\.service$/m);
  assert.equal(await ask("systemctl", ["show", "--value", "--property=MainPID", "forking.service"]), monitor);
  await ask("systemctl", ["stop", "forking.service"]);
});
