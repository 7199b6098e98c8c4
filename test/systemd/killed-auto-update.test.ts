import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { chooseSeed } from "../../scripts/fuzz/random.ts";
import { chooseMoments, randomOf } from "../kills/cycle.ts";
import { readCalls, startWithFault } from "../kills/faults.ts";
import { ERRORS, type FaultKind, KILL, MOMENTS } from "../kills/struck.ts";
import { makeSystemdWorld } from "../support/systemd.ts";

const APPS = ["one", "two"].map((name) => `test.localhost/${name}:latest`);
const NAME = "localhost/mine:latest";
const UNIT = "container-app.service";

const world = await makeSystemdWorld({
  images: Object.fromEntries(
    ["one", "two"].map((version) => [version, { config: { Cmd: ["sleep", "1000"], Labels: { version } } }]),
  ),
});
after(() => world.close());
const { host, ask } = world;
let turn = 0;

/** The tag leads to the other image from here on. @returns its version */
async function renew(): Promise<string> {
  const image = APPS[turn++ % APPS.length] ?? "";
  await host.ok(["tag", image, NAME]);
  return image.replace(/^.*\/(\w+):.*$/, "$1");
}

const versionThatRuns = () => host.ok(["inspect", "--format", "{{.Config.Labels.version}}", "app"]);

/** auto-update with a fault; then nothing is lost, and the next one brings the unit up to date. */
async function strike(
  at: number,
  { fault, assertResult }: FaultKind,
  calls: readonly string[],
): Promise<void> {
  const version = await renew();
  const said = `${fault.kind} at ${at} of ${calls.length} (${calls[at - 1]})`;
  const result = await startWithFault(host, ["auto-update"], { ...fault, at }).ended;
  assertResult(result, said);
  const check = await host.tspod(["system", "check"]);
  assert.deepEqual([check.code, check.stderr], [0, ""], `${said}: ${check.stdout}`);
  assert.equal(await ask("systemctl", ["is-active", UNIT]), "active", said);
  const again = await host.tspod(["auto-update"]);
  assert.equal(again.code, 0, `${said}: again: ${again.stderr}`);
  assert.equal(await versionThatRuns(), version, said);
}

test("auto-update that is killed, or whose calls fail, loses nothing", { timeout: 600_000 }, async (t) => {
  const seed = chooseSeed(process.env);
  t.diagnostic(`TSPOD_FUZZ_SEED=${seed}`);
  await renew();
  const label = ["--label", "io.containers.autoupdate=local"];
  await host.ok(["create", "--name", "app", "--network=none", "--stop-timeout=0", ...label, NAME]);
  const unit = await host.ok(["generate", "systemd", "--new", "--name", "--restart-policy=no", "app"]);
  // It is started again more often than systemd takes for healthy.
  await world.addUnit(UNIT, unit.replace("[Unit]\n", "[Unit]\nStartLimitIntervalSec=0\n"));
  await host.ok(["rm", "app"]);
  await ask("systemctl", ["start", UNIT]);
  t.after(() => ask("systemctl", ["stop", UNIT]));
  const log = join(host.directory, "calls");
  const version = await renew();
  const whole = await startWithFault(host, ["auto-update"], { at: 0, kind: "kill" }, { log }).ended;
  assert.equal(whole.code, 0, whole.stderr);
  assert.equal(await versionThatRuns(), version);
  const calls = readCalls(log);
  assert.ok(calls.length > 0, "it writes");
  const random = randomOf(seed, "auto-update");
  let struck = 0;
  for (const kind of [KILL, ...ERRORS.filter(({ fault }) => fault.kind !== "EDQUOT")]) {
    const felt = calls.filter((call) => kind.strikes.test(call));
    for (const at of chooseMoments(felt.length, MOMENTS, random)) {
      await strike(at, kind, felt);
      struck++;
    }
  }
  t.diagnostic(`auto-update: ${struck} faults; ${calls.length} calls`);
});
