import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFacts } from "../../protocol/facts.ts";
import { asStarted, startFacts } from "./start-facts.ts";

const RUN = { run: "0a1b", runtimeDirectory: "/run/user/1000/tspod" };
const NOTED = { run: "0a1b", runtime: "/run/user/1000/tspod" };

for (const [name, run, expected] of [
  [
    "no cgroup",
    { ...RUN, cgroup: { kind: "disabled", path: "" }, initialized: false },
    { ...NOTED, time: "1.5" },
  ],
  [
    "a path",
    { ...RUN, cgroup: { kind: "cgroupfs", path: "/a/b c" }, initialized: false },
    { ...NOTED, time: "1.5", cgroup: "/a/b c" },
  ],
  [
    "the manager's",
    { ...RUN, cgroup: { kind: "systemd", path: "user.slice:libpod:x" }, initialized: true },
    { ...NOTED, time: "1.5", cgroup: "systemd", initialized: "1" },
  ],
] as const)
  test(`startFacts(): ${name}`, () =>
    assert.deepEqual(Object.fromEntries(parseFacts(startFacts("1.5", run))), expected));

test("asStarted() replaces the wait by the time of its end", () => {
  const note = startFacts("1.5", { ...RUN, cgroup: { kind: "cgroupfs", path: "/a" }, initialized: true });
  assert.deepEqual(Object.fromEntries(parseFacts(asStarted(note, "2.5"))), {
    ...NOTED,
    time: "1.5",
    cgroup: "/a",
    began: "2.5",
  });
});
