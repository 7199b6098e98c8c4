import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceLimits } from "./pod-limits.ts";

test("limits of devices are lines of io.weight and io.max", () => {
  const numbers: Readonly<Record<string, string>> = { "/dev/a": "8:0", "/dev/b": "8:16" };
  const asked = {
    blkioWeightDevice: [{ path: "/dev/b", weight: 200 }],
    deviceReadBps: [
      { path: "/dev/a", rate: 1048576 },
      { path: "/dev/b", rate: 2 },
    ],
    deviceWriteBps: [{ path: "/dev/a", rate: 3 }],
  };
  assert.deepEqual(
    deviceLimits(asked, (path) => numbers[path] ?? ""),
    [
      ["io.weight", "8:16 200"],
      ["io.max", "8:0 rbps=1048576"],
      ["io.max", "8:16 rbps=2"],
      ["io.max", "8:0 wbps=3"],
    ],
  );
});
