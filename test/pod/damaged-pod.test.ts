import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

test("a damaged record of a pod takes no list down; a check tells of it, a repair sets it aside", async () => {
  const pod = await host.ok(["pod", "create", "--name", "cut"]);
  await host.ok(["run", "-d", "--pod", "cut", "--name", "member", IMAGE, "sleep", "99"]);
  const members = (await host.ok(["ps", "-q", "--filter", "pod=cut"])).split("\n").sort();
  assert.equal(members.length, 2);
  await host.ok(["pod", "create", "--name", "whole"]);
  const root = join(host.dataDirectory, "tspod");
  const path = join(root, "pods", pod, "pod.json");
  writeFileSync(path, "{");
  const damage = `"${path}" is damaged (use \`tspod system check --repair\`): it is not JSON`;
  for (const args of [["ps", "-a", "--pod"], ["system", "df"], ["info"], ["ps"]]) {
    const { code, stderr } = await host.tspod(args);
    assert.equal(code, 0, stderr);
  }
  const list = await host.tspod(["pod", "ps", "--format", "{{.Name}}"]);
  assert.deepEqual([list.code, list.stdout, list.stderr], [0, "whole\n", `WARN[0000] ${damage}\n`]);
  const check = async (...flags: string[]) => {
    const { code, stdout } = await host.tspod(["system", "check", "--quick", ...flags]);
    return { code, stdout };
  };
  const lead = `pod ${pod}: ${damage}: `;
  assert.deepEqual(await check(), { code: 125, stdout: `${lead}use --repair\n` });
  const stop = `stop its containers first: \`tspod kill ${members.join(" ")}\`\n`;
  assert.deepEqual(await check("--repair"), { code: 125, stdout: `${lead}${stop}` });
  assert.ok(existsSync(path));
  await host.ok(["kill", ...members]);
  const repaired = await check("--repair");
  assert.equal(repaired.code, 0);
  const [, aside = "", remedy] = /set aside as "(.*)": (.*)\n$/.exec(repaired.stdout) ?? [];
  assert.ok(aside.startsWith(join(root, "damaged", `pod-${pod}-`)), repaired.stdout);
  assert.ok(existsSync(join(aside, "pod.json")));
  const rm = `tspod rm --force --depend ${members.join(" ")}`;
  assert.equal(remedy, `remove its containers with \`${rm}\`, and create it again`);
  await host.ok(["rm", "--force", "--depend", ...members]);
  await host.ok(["pod", "create", "--name", "cut"]);
  assert.deepEqual(await check(), { code: 0, stdout: "" });
});
