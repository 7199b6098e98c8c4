import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHealth } from "./health.ts";

for (const [name, text, expected] of [
  [
    "before the first check",
    "status starting\nstreak 0\n",
    { status: "starting", failingStreak: 0, log: [] },
  ],
  [
    "output of several lines, and none",
    "status unhealthy\nstreak 2\nlog 1.000000001 2.5 1 9\nlog a\nb c\n\nlog 3.0 4.0 -1 0\n\n",
    {
      status: "unhealthy",
      failingStreak: 2,
      log: [
        { begun: "1.000000001", ended: "2.5", exitCode: 1, output: "log a\nb c" },
        { begun: "3.0", ended: "4.0", exitCode: -1, output: "" },
      ],
    },
  ],
  [
    "a status that no monitor writes",
    "status odd\nstreak 0\n",
    { status: "starting", failingStreak: 0, log: [] },
  ],
  [
    "a size is of bytes",
    "status healthy\nstreak 0\nlog 1.0 2.0 0 4\nä€\nlog 5.0 6.0 0 1\nx\n".replace(" 4\n", " 5\n"),
    {
      status: "healthy",
      failingStreak: 0,
      log: [
        { begun: "1.0", ended: "2.0", exitCode: 0, output: "ä€" },
        { begun: "5.0", ended: "6.0", exitCode: 0, output: "x" },
      ],
    },
  ],
] as const) {
  test(`parseHealth(): ${name}`, () => {
    assert.deepEqual(parseHealth(Buffer.from(text)), expected);
  });
}
