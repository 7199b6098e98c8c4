import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { until } from "../support/program.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld();
after(() => world.close());
const { host, ask } = world;

const LOOP = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
const pidFile = join(host.runtimeDirectory, "tspod/keeper.pid");
const keeperPid = () => Number(readFileSync(pidFile, "utf8").split(" ")[0]);
const keeperIsGone = () => until(() => !existsSync(pidFile), "the end of the keeper", 60_000);

test("a service whose call has made the keeper ends without it, and takes it from nobody", async () => {
  await host.ok(["create", "--name", "served", "--network=none", IMAGE, "sh", "-c", LOOP]);
  const unit = "container-served.service";
  await world.addUnit(unit, await host.ok(["generate", "systemd", "--name", "served"]));
  await keeperIsGone();

  await ask("systemctl", ["start", unit]);
  const keeper = keeperPid();
  const scope = `tspod-keeper-${keeper}.scope`;
  await until(() => readFileSync(`/proc/${keeper}/cgroup`, "utf8").includes(scope), "the keeper's scope");
  await host.ok(["run", "-d", "--name", "other", "--network=none", IMAGE, "sleep", "1000"]);

  // ends with 0 within this file's time only where nothing waits for the keeper
  await ask("systemctl", ["stop", unit]);
  assert.equal(await ask("systemctl", ["show", "--value", "--property=Result", unit]), "success");
  assert.equal(keeperPid(), keeper);
  assert.equal(await host.ok(["exec", "other", "echo", "well"]), "well");
  await host.ok(["rm", "-f", "-t", "0", "other"]);
  await keeperIsGone();
  assert.equal(await ask("systemctl", ["list-units", "--all", "--plain", "--no-legend", scope]), "");
});
