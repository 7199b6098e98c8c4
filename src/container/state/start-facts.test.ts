import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFacts } from "../../protocol/facts.ts";
import { asStarted, startFacts } from "./start-facts.ts";

for (const [name, run, expected] of [
  ["no cgroup", { cgroup: { kind: "disabled", path: "" }, initialized: false }, { time: "1.5" }],
  [
    "a path",
    { cgroup: { kind: "cgroupfs", path: "/a/b c" }, initialized: false },
    { time: "1.5", cgroup: "/a/b c" },
  ],
  [
    "the manager's",
    { cgroup: { kind: "systemd", path: "user.slice:tspod:x" }, initialized: true },
    { time: "1.5", cgroup: "systemd", initialized: "1" },
  ],
] as const)
  test(`startFacts(): ${name}`, () =>
    assert.deepEqual(Object.fromEntries(parseFacts(startFacts("1.5", run))), expected));

test("asStarted() replaces the wait by the time of its end", () => {
  const note = startFacts("1.5", { cgroup: { kind: "cgroupfs", path: "/a" }, initialized: true });
  assert.deepEqual(Object.fromEntries(parseFacts(asStarted(note, "2.5"))), {
    time: "1.5",
    cgroup: "/a",
    began: "2.5",
  });
});
