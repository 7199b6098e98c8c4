import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isFrozen } from "./freezer.ts";

const directory = mkdtempSync(join(tmpdir(), "tspod-freezer-"));
after(() => rmSync(directory, { recursive: true }));
const places = { root: join(directory, "cgroup"), proc: join(directory, "proc") };

function write(path: string, text: string): void {
  mkdirSync(join(directory, path, ".."), { recursive: true });
  writeFileSync(join(directory, path), text);
}
write("cgroup/a/cgroup.freeze", "1\n");
write("cgroup/b/cgroup.freeze", "0\n");
write("cgroup/slice/c.scope/cgroup.events", "populated 1\nfrozen 1\n");
write("cgroup/slice/d.scope/cgroup.events", "populated 1\nfrozen 0\n");
write("proc/7/cgroup", "0::/slice/c.scope\n");
write("proc/8/cgroup", "1:name=x:/\n0::/slice/d.scope\n");

for (const [name, cgroup, pid, expected] of [
  ["its own group says so", "/a", 1, true],
  ["its own group does not", "/b", 1, false],
  ["there is no such group", "/gone", 1, false],
  ["a manager's group, found by the process", "systemd", 7, true],
  ["a manager's group that is not frozen", "systemd", 8, false],
  ["the process has ended", "systemd", 9, false],
] as const)
  test(`isFrozen(): ${name}`, () => assert.equal(isFrozen(cgroup, pid, places), expected));
