import assert from "node:assert/strict";
import { test } from "node:test";
import { descriptorsByNumber, monitorArguments } from "./descriptors.ts";

test("descriptorsByNumber(): each name gets its number, preserved ones follow", () => {
  const named = { lock: "lock", live: "live", sync: "sync", plan: "plan" } as const;
  assert.deepEqual(
    descriptorsByNumber<string>({ ...named, stdio: ["in", "out", "err"], preserved: ["a", "b"] }),
    ["in", "out", "err", "plan", "sync", "live", "lock", "a", "b"],
  );
});

test("monitorArguments(): how many are preserved, and whether stdio is the process's", () => {
  assert.deepEqual(monitorArguments(2, false), ["2"]);
  assert.deepEqual(monitorArguments(0, true), ["0", "passthrough"]);
});
