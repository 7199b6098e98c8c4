import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, test } from "node:test";
import { makeHost } from "../support/host.ts";

/*
 * The tests' host has all that containers need, or no other test would pass: what is missing is tried on
 * files in src/system/doctor.
 */

const host = makeHost();
after(() => host.close());

test("all findings, then the verdict; nothing is left in the store's place", async () => {
  const { code, stdout, stderr } = await host.tspod(["doctor"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^ok +subordinate user ids +\d+–\d+$/m);
  assert.match(stdout, /^ok +the namespace itself +made, with \d+ ids$/m);
  assert.match(stdout, /^ok +overlay +the kernel's own works there$/m);
  assert.match(stdout, /^ok +OCI runtime +\/\S+ \d+\.\d+/m);
  assert.match(stdout, /\n(All is well|Containers run here; \d+ warnings)\.\n$/);
  assert.deepEqual(
    readdirSync(host.directory, { recursive: true }).filter((name) => String(name).includes("tspod-doctor")),
    [],
  );
});

test("json: each finding with its state, the reason and the fixes", async () => {
  const findings = JSON.parse(await host.ok(["doctor", "--format", "json"]));
  assert.ok(findings.length > 15);
  for (const { name, state, found, why, fixes } of findings) {
    assert.ok(name && found && /\.$/.test(why) && Array.isArray(fixes), name);
    assert.match(state, /^(?:ok|warning|failed|unknown)$/);
  }
});

test("what is wrong is a failure, with the value", async () => {
  const { code, stdout } = await host.tspod(["doctor"], { env: { ...host.env, XDG_RUNTIME_DIR: "/" } });
  assert.equal(code, 1);
  assert.match(stdout, /^failed +runtime directory +XDG_RUNTIME_DIR is \/, which belongs to another user/m);
  assert.match(stdout, /\nSomething that containers need is missing: \d+ failed, \d+ warnings\.\n$/);
});

test("another format is refused", async () => {
  const { code, stdout, stderr } = await host.tspod(["doctor", "--format", "yaml"]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(stderr, /^Error: invalid format "yaml": json is the only one\n/);
});
