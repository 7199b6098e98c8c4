import assert from "node:assert/strict";
import { test } from "node:test";
import type { CgroupSupport } from "./cgroup.ts";
import { supportedBy } from "./runtime.ts";

const anonymous: CgroupSupport = {
  kind: "systemd",
  parent: "/user.slice",
  controllers: ["memory"],
  named: false,
  outside: false,
  unit: undefined,
};
const named: CgroupSupport = {
  kind: "systemd",
  parent: "/user.slice",
  controllers: ["memory"],
  named: true,
  outside: false,
  unit: undefined,
};

for (const [name, runtime, cgroup, kind] of [
  ["crun needs no owner", "crun", anonymous, "systemd"],
  ["runc with the manager's own group", "runc", named, "systemd"],
  ["runc without it", "runc", anonymous, "disabled"],
] as const) {
  test(`supportedBy(): ${name}`, () =>
    assert.equal(supportedBy({ name: runtime, path: `/usr/bin/${runtime}` }, cgroup).kind, kind));
}
