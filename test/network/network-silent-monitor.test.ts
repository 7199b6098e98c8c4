import assert from "node:assert/strict";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

test("a monitor that is stopped holds `network connect` up for half a minute, and changes nothing later", async () => {
  await host.ok(["network", "create", "one"]);
  await host.ok(["network", "create", "two"]);
  const id = await host.ok(["run", "-d", "--name", "silent", "--network", "one", IMAGE, "sleep", "1000"]);
  const monitor = [...host.processes()].find(([, line]) => line.includes("tspod-monitor"))?.[0];
  assert.ok(monitor !== undefined);
  process.kill(monitor, "SIGSTOP");
  const { code, stdout, stderr } = await host.tspod(["network", "connect", "two", "silent"]);
  process.kill(monitor, "SIGCONT");
  assert.deepEqual(
    [code, stdout, stderr],
    [125, "", `Error: the monitor of container ${id} gives no answer: restart the container\n`],
  );
  const networks = [
    "inspect",
    "-f",
    "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}",
    "silent",
  ];
  assert.equal((await host.ok(networks)).trim(), "one");
  await host.ok(["network", "connect", "two", "silent"]);
  assert.equal((await host.ok(networks)).trim(), "one two");
});
