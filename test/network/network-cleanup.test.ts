import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const names = async () =>
  (await host.ok(["network", "ls", "--format", "{{.Name}}"])).split("\n").filter((name) => name !== "NAME");
const networkProcesses = () =>
  [...host.processes().values()].filter((line) => /tspod-network|slirp/.test(line));

test("system prune removes networks that no container is in, by their filters, and tells it in events", async () => {
  for (const [name, label] of [
    ["kept", "of=one"],
    ["spare", "of=two"],
    ["used", "of=two"],
  ] as const)
    await host.ok(["network", "create", "--label", label, name]);
  await host.ok(["run", "-d", "--name", "user", "--network", "used", IMAGE, "sleep", "1000"]);
  assert.equal(
    await host.ok(["system", "prune", "-f", "--filter", "label=of=two"]),
    "Deleted Networks\nspare\nTotal reclaimed space: 0B",
  );
  assert.deepEqual(await names(), ["kept", "podman", "used"]);
  assert.equal(await host.ok(["system", "prune", "-f"]), "Deleted Networks\nkept\nTotal reclaimed space: 0B");
  const filters = ["--filter", "type=network", "--filter", "event=remove"];
  const events = await host.ok([
    "events",
    "--stream=false",
    "--since",
    "1h",
    ...filters,
    "--format",
    "{{.Network}}",
  ]);
  assert.deepEqual(events.split("\n"), ["spare", "kept"]);
});

test("system df goes on beside networks: it counts their containers", async () => {
  const rows = JSON.parse(await host.ok(["system", "df", "--format", "json"]));
  assert.deepEqual(
    rows.map(({ Type, Total, Active }: Record<string, unknown>) => [Type, Total, Active]),
    [
      ["Images", 1, 1],
      ["Containers", 1, 1],
      ["Local Volumes", 0, 0],
    ],
  );
  assert.equal((await host.tspod(["system", "check"])).code, 0);
});

test("system reset with containers in networks leaves no network, no lease, no process of theirs", async () => {
  const port = await freePort();
  await host.ok(["run", "-d", "--network", "used,podman", "-p", `${port}:80`, IMAGE, "sleep", "1000"]);
  assert.notDeepEqual(networkProcesses(), []);
  assert.equal((await host.tspod(["system", "reset", "-f"])).code, 0);
  assert.deepEqual(await names(), ["podman"]);
  assert.ok(!existsSync(join(host.dataDirectory, "tspod/networks/used.json")));
  await until(() => networkProcesses().length === 0, "the end of the shared network namespace");
  await host.ok(["network", "create", "used"]);
  await host.ok(["pull", "-q", IMAGE]);
  assert.match(
    await host.ok(["run", "--rm", "--network", "used", "-p", `${port}:80`, IMAGE, "ip", "-4", "addr"]),
    /inet 10\.89\.0\.2\/24/,
  );
});
