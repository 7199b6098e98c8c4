import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CgroupSupport } from "../../../rootless/cgroup.ts";
import { scopePlan } from "./scope-plan.ts";

const support = (outside: boolean, unit: string | undefined): CgroupSupport => ({
  kind: "systemd",
  parent: "/user.slice/user-1000.slice/user@1000.service",
  named: true,
  controllers: [],
  outside,
  unit,
});
const UNIT = "web.service";
const hasScope = (
  given: CgroupSupport,
  { unit, outlives = true }: { unit?: string; outlives?: boolean } = {},
): boolean => {
  const env = { XDG_RUNTIME_DIR: "/run/user/1000", ...(unit && { PODMAN_SYSTEMD_UNIT: unit }) };
  return scopePlan(given, { name: "m", env, outlives }).length > 0;
};

describe("scopePlan: a monitor leaves", () => {
  test("a log-in session", () => assert.ok(hasScope(support(true, "session-1.scope"))));
  test("a service that is not its own", () => assert.ok(hasScope(support(false, UNIT))));
  test("a session, in whose environment a unit stands", () =>
    assert.ok(hasScope(support(true, "session-1.scope"), { unit: UNIT })));
});

describe("scopePlan: a monitor stays", () => {
  test("in its own unit", () => assert.ok(!hasScope(support(false, UNIT), { unit: UNIT })));
  test("in its own unit of a manager whose group has another name", () =>
    assert.ok(!hasScope(support(true, UNIT), { unit: UNIT })));
  test("in a scope below the manager", () => assert.ok(!hasScope(support(false, "app.scope"))));
  test("in a service that it does not outlive", () =>
    assert.ok(!hasScope(support(false, UNIT), { outlives: false })));
});
