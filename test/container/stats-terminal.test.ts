import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { onTerminal } from "../support/terminal.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["run", "-d", "--name", "busy", "--network=none", IMAGE, "sh", "-c", "while :; do :; done"]);

/** Which controllers the container's cgroup has: that is the machine's matter. */
async function controllers(): Promise<readonly string[]> {
  const pid = await host.ok(["inspect", "--format", "{{.State.Pid}}", "busy"]);
  const [, path = ""] = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8")) ?? [];
  return readFileSync(join("/sys/fs/cgroup", path, "cgroup.controllers"), "utf8")
    .trim()
    .split(" ");
}

test("what nothing counts is -- on a terminal, and Podman's 0 in a script", async () => {
  const counted = await controllers();
  const script = await host.ok(["stats", "--no-stream", "busy"]);
  assert.doesNotMatch(script, /--/);
  assert.match(script, /^ID +NAME +CPU % +MEM USAGE \/ LIMIT /);
  const terminal = onTerminal(host, ["stats", "--no-stream", "busy"], { columns: 200 });
  assert.equal(await terminal.ended, 0);
  const [heading = "", row = ""] = terminal.shown().split("\r\n");
  const cell = (name: string) => row.slice(heading.indexOf(name)).split(/ {2,}/)[0];
  assert.doesNotMatch(heading, /TREND/);
  assert.equal(cell("MEM USAGE") === "--", !counted.includes("memory"), terminal.shown());
  assert.equal(cell("MEM %") === "--", !counted.includes("memory"), terminal.shown());
  assert.equal(cell("BLOCK IO") === "--", !counted.includes("io"), terminal.shown());
});

test("each further look adds a bar on a terminal", async () => {
  const terminal = onTerminal(host, ["stats", "--interval", "1", "busy"], { columns: 200 });
  await terminal.saw(/CPU % +TREND +MEM USAGE/);
  await terminal.saw(/busy +[\d.]+% +[▁-█] +/);
  await terminal.saw(/busy +[\d.]+% +[▁-█]{2} +/);
  terminal.type("\x03");
  assert.equal(await terminal.ended, 130);
});
