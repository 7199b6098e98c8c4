import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUsage } from "../../../../build/process/process-usage.ts";
import { usageLine } from "./usage-log.ts";

test("usageLine(): buildah's words, whole milliseconds", () => {
  const used = { ...parseUsage("303400 126499 8 640"), elapsedMilliseconds: 1931.4 };
  assert.equal(usageLine(used), "126ms(system) 303ms(user) 1.931s(elapsed) 4.096kB input 327.7kB output");
});

test("usageLine(): nothing, and a step whose processes nobody has counted", () => {
  const used = { ...parseUsage(undefined), elapsedMilliseconds: 0.2 };
  assert.equal(usageLine(used), "0s(system) 0s(user) 0s(elapsed) 0B input 0B output");
});
