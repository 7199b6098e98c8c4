import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeSystemdWorld } from "../support/systemd.ts";

const world = await makeSystemdWorld();
const { host, ask } = world;
// The manager looks in the home that it was started with, not in that of this test.
const home = process.env.HOME ?? "/";
const env = { ...host.env, HOME: home, XDG_CONFIG_HOME: join(home, ".config") };
const [timer = "", service = ""] = ["tspod-auto-update.timer", "tspod-auto-update.service"].map((name) =>
  join(env.XDG_CONFIG_HOME, "systemd/user", name),
);
const update = async (word: string) => host.tspod(["system", "auto-update", word], { env });
after(async () => {
  await update("disable");
  await world.close();
});

test("nothing is updated by a timer until it is asked to", async () => {
  assert.deepEqual(await update("status"), {
    code: 1,
    stdout: 'disabled: "tspod system auto-update enable" enables it\n',
    stderr: "",
  });
});

test("enable writes units that systemd accepts, and the timer runs", async () => {
  const { code, stdout, stderr } = await update("enable");
  assert.deepEqual([code, stdout], [0, `${timer}\n`]);
  assert.match(
    stderr,
    /^there are updates only while you have a session; to have them without one: loginctl enable-linger \S+\n$/,
  );
  assert.equal(await ask("systemctl", ["is-enabled", "tspod-auto-update.timer"]), "enabled");
  assert.equal(await ask("systemctl", ["is-active", "tspod-auto-update.timer"]), "active");
  assert.equal(await ask("systemd-analyze", ["--man=no", "verify", timer, service]), "");
  const status = await update("status");
  assert.deepEqual([status.code, status.stderr], [0, ""]);
  assert.match(status.stdout, /^enabled: \S+\nnext: \w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+\n/);
});

test("what the timer starts runs an update to its end", async () => {
  await ask("systemctl", ["start", "tspod-auto-update.service"]);
  assert.equal(
    await ask("systemctl", ["show", "--value", "--property=Result", "tspod-auto-update.service"]),
    "success",
  );
});

test("disable takes both away", async () => {
  assert.deepEqual(await update("disable"), { code: 0, stdout: `${timer}\n`, stderr: "" });
  assert.ok(!existsSync(timer) && !existsSync(service));
  assert.equal(await ask("systemctl", ["list-timers", "--all", "--no-legend", "tspod*"]), "");
  assert.equal((await update("status")).code, 1);
  assert.deepEqual(await update("disable"), { code: 0, stdout: "", stderr: "" });
});
