import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

await host.ok(["network", "create", "one"]);
await host.ok(["network", "create", "two"]);
const id = await host.ok(["run", "-d", "--name", "silent", "--network", "one", IMAGE, "sleep", "1000"]);
const monitor = [...host.processes()].find(([, line]) => line.includes("tspod-monitor"))?.[0] ?? 0;

/** What the record and the run say of its networks and ports, and the interfaces that are really there. */
async function state(): Promise<string[]> {
  const format =
    "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}{{.HostConfig.PortBindings}}";
  const said = await host.ok(["inspect", "-f", format, "silent"]);
  const interfaces = await host.ok(["exec", "silent", "ls", "/sys/class/net"]);
  return [said, interfaces.replaceAll("\n", " "), await host.ok(["port", "silent"])];
}

test("a monitor that is stopped holds `network connect` up for half a minute, and changes nothing later", async () => {
  const before = await state();
  process.kill(monitor, "SIGSTOP");
  const { code, stdout, stderr } = await host.tspod(["network", "connect", "two", "silent"]);
  process.kill(monitor, "SIGCONT");
  assert.deepEqual(
    [code, stdout, stderr],
    [125, "", `Error: the monitor of container ${id} gives no answer: restart the container\n`],
  );
  assert.deepEqual(await state(), before);
});

/** The name servers that the network's file has, and those of the container's run. */
async function servers(): Promise<readonly [string, string]> {
  const [record] = JSON.parse(await host.ok(["network", "inspect", "one"]));
  const run = readFileSync(`${host.runtimeDirectory}/tspod/containers/${id}/networks`, "utf8");
  return [(record.network_dns_servers ?? []).join(" "), run.match(/192\.0\.2\.\d+/g)?.join(" ") ?? ""];
}

test("`network update` reaches those whose monitor answers, names the one that is stopped, and works again", async () => {
  await host.ok(["run", "-d", "--name", "answers", "--network", "one", IMAGE, "sleep", "1000"]);
  const other = await host.ok(["inspect", "-f", "{{.Id}}", "answers"]);
  const update = ["network", "update", "--dns-add", "192.0.2.53", "one"];
  process.kill(monitor, "SIGSTOP");
  const { code, stdout, stderr } = await host.tspod(update);
  process.kill(monitor, "SIGCONT");
  assert.deepEqual(
    [code, stdout, stderr],
    [
      125,
      "",
      `Error: the name servers of network one are changed, but silent does not have them yet: the monitor of container ${id} gives no answer: restart the container\n`,
    ],
  );
  const run = readFileSync(`${host.runtimeDirectory}/tspod/containers/${other}/networks`, "utf8");
  assert.match(run, /192\.0\.2\.53/);
  assert.deepEqual(await servers(), ["192.0.2.53", ""]);
  assert.equal(await host.ok(update), "one");
  assert.deepEqual(await servers(), ["192.0.2.53", "192.0.2.53"]);
  await host.ok(["rm", "-f", "-t", "0", "answers"]);
  await host.ok(["network", "update", "--dns-drop", "192.0.2.53", "one"]);
  assert.deepEqual(await servers(), ["", ""]);
});

test("`network update` that is killed in its wait is completed by the same call", async () => {
  const change = `${host.runtimeDirectory}/tspod/containers/${id}/networks.new`;
  process.kill(monitor, "SIGSTOP");
  const running = host.start(["network", "update", "--dns-add", "192.0.2.54", "one"]);
  await until(() => existsSync(change), "the wait of network update");
  running.child.kill("SIGKILL");
  await running.ended;
  process.kill(monitor, "SIGCONT");
  await host.ok(["network", "update", "--dns-add", "192.0.2.54", "one"]);
  assert.deepEqual(await servers(), ["192.0.2.54", "192.0.2.54"]);
  await host.ok(["network", "update", "--dns-drop", "192.0.2.54", "one"]);
  assert.deepEqual(await servers(), ["", ""]);
});

describe("a command that is killed while it waits for a monitor that is stopped changes nothing", () => {
  const change = `${host.runtimeDirectory}/tspod/containers/${id}/networks.new`;
  const commands = async () =>
    [
      ["network", "connect", "two", "silent"],
      ["network", "disconnect", "one", "silent"],
      ["port", "add", "silent", `${await freePort()}:80`],
    ] as const;
  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    test(signal, async () => {
      const before = await state();
      for (const command of await commands()) {
        process.kill(monitor, "SIGSTOP");
        const running = host.start(command);
        await until(() => existsSync(change), `the wait of ${command.join(" ")}`);
        running.child.kill(signal);
        await running.ended;
        process.kill(monitor, "SIGCONT");
        assert.deepEqual(await state(), before, command.join(" "));
      }
    });
  }

  test("nor does the next run; and the same commands work then", async () => {
    const before = await state();
    await host.ok(["update", "--restart", "always", "silent"]);
    process.kill(Number(await host.ok(["inspect", "-f", "{{.State.Pid}}", "silent"])), "SIGKILL");
    const running = ["inspect", "-f", "{{.RestartCount}} {{.State.Running}}", "silent"];
    await until(async () => (await host.ok(running)) === "1 true", "the next run");
    assert.deepEqual(await state(), before);
    await host.ok(["network", "connect", "two", "silent"]);
    assert.deepEqual((await state()).slice(0, 2), ["one two map[]", "eth0 eth1 lo"]);
    await host.ok(["network", "disconnect", "one", "silent"]);
    const port = await freePort();
    await host.ok(["port", "add", "silent", `${port}:80`]);
    const [said, interfaces, ports] = await state();
    assert.match(said ?? "", /^two map\[80\/tcp:/);
    assert.deepEqual([interfaces, ports], ["eth1 lo", `80/tcp -> 0.0.0.0:${port}`]);
    assert.ok(!existsSync(change));
  });
});
