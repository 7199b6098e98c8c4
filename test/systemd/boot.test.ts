import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld();
const { host, ask } = world;
const UNIT = "tspod-restart.service";
// The manager looks in the home that it was started with, not in that of this test.
const home = process.env.HOME ?? "/";
const env = { ...host.env, HOME: home, XDG_CONFIG_HOME: join(home, ".config") };
const file = join(env.XDG_CONFIG_HOME, "systemd/user", UNIT);
const HINT =
  /^containers start with your first session; to have them start with the machine: loginctl enable-linger \S+\n$/;

const boot = async (word: string) => host.tspod(["system", "boot", word], { env });
const running = async () => (await host.ok(["ps", "--format", "{{.Names}}"])).split("\n").sort().join(" ");
after(async () => {
  await boot("disable");
  await world.close();
});

for (const [name, ...flags] of [
  ["forever", "--restart=always"],
  ["lasting", "--restart=unless-stopped"],
  ["halted", "--restart=unless-stopped"],
  ["failing", "--restart=on-failure"],
  ["once"],
] as const)
  await host.ok([
    "run",
    "-d",
    "--name",
    name,
    "--network=none",
    "--stop-timeout=0",
    ...flags,
    IMAGE,
    "sleep",
    "1000",
  ]);
await host.ok(["stop", "halted"]);

test("a boot starts nothing until it is asked to", async () => {
  const { code, stdout, stderr } = await boot("status");
  assert.deepEqual([code, stderr], [1, ""]);
  assert.equal(
    stdout,
    'disabled: "tspod system boot enable" enables it\nforever: always\nlasting: unless-stopped\n',
  );
});

test("enable writes a unit that systemd accepts and starts with the user's manager", async () => {
  const { code, stdout, stderr } = await boot("enable");
  assert.deepEqual([code, stdout], [0, `${file}\n`]);
  assert.match(stderr, HINT);
  assert.equal(await ask("systemctl", ["is-enabled", UNIT]), "enabled");
  assert.equal(await ask("systemd-analyze", ["--man=no", "verify", file]), "");
  const status = await boot("status");
  assert.deepEqual(
    [status.code, status.stdout],
    [0, `enabled: ${file}\nforever: always\nlasting: unless-stopped\n`],
  );
});

test("the unit starts what is always to run, and what nobody has stopped", async () => {
  await host.ok(["kill", "--all"]);
  await host.ok(["stop", "forever", "failing", "once"]);
  // As a power cut leaves it: not running, and nobody has stopped it.
  await host.ok(["start", "lasting"]);
  await ask("systemctl", ["start", UNIT]);
  assert.equal(await running(), "forever lasting");
});

test("its end stops them, and the next start brings them back", async () => {
  await ask("systemctl", ["stop", UNIT]);
  assert.equal(await running(), "");
  await ask("systemctl", ["start", UNIT]);
  assert.equal(await running(), "forever lasting");
  await ask("systemctl", ["stop", UNIT]);
});

test("disable takes it away", async () => {
  const { code, stdout, stderr } = await boot("disable");
  assert.deepEqual([code, stdout, stderr], [0, `${file}\n`, ""]);
  assert.ok(!existsSync(file));
  assert.equal((await boot("status")).code, 1);
  assert.deepEqual(await boot("disable"), { code: 0, stdout: "", stderr: "" });
});
