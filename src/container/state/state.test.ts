import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFacts } from "../../protocol/facts.ts";
import { deriveState } from "./state.ts";

const RUNNING = "monitor 10 100\nprocess 11 101\ncreated 5.000000000\nstarted 5.100000000\n";
const EXIT = "code 3\nsignal 0\noom 0\nstarted 5.100000000\nfinished 6.000000000\ntimeout 0\n";
const START = "time 4.900000000\n";

for (const [name, { status, exit, start, alive = [], starting = false, stopped = false }, expected] of [
  ["nothing was ever started", {}, { status: "created", pid: 0, exitCode: 0 }],
  [
    "process and monitor alive",
    { status: RUNNING, start: START, alive: [10, 11] },
    { status: "running", pid: 11, monitorPid: 10 },
  ],
  [
    "created in the runtime, not started",
    { status: "monitor 10 100\nprocess 11 101\n", start: START, alive: [10, 11] },
    { status: "initialized" },
  ],
  [
    "a stop waits for its end",
    { status: RUNNING, start: `${START}cgroup /a/other\n`, alive: [10, 11], stopped: true },
    { status: "stopping", pid: 11, monitorPid: 10, startedAt: "5.100000000" },
  ],
  [
    "what is left of a stop says nothing of a container that has ended",
    { status: RUNNING, exit: EXIT, start: START, stopped: true },
    { status: "exited", exitCode: 3 },
  ],
  [
    "frozen",
    { status: RUNNING, start: `${START}cgroup /a/frozen\n`, alive: [10, 11] },
    { status: "paused", pid: 11 },
  ],
  [
    "not frozen",
    { status: RUNNING, start: `${START}cgroup /a/other\n`, alive: [10, 11] },
    { status: "running" },
  ],
  [
    "initialized: the monitor takes the runtime's state for a start",
    { status: RUNNING, start: `${START}initialized 1\n`, alive: [10, 11] },
    { status: "initialized", startedAt: undefined },
  ],
  [
    "initialized, then started",
    { status: RUNNING, start: `${START}began 8.000000000\n`, alive: [10, 11] },
    { status: "running", startedAt: "8.000000000" },
  ],
  [
    "initialized, started, and run again",
    { status: RUNNING, start: `${START}began 5.050000000\n`, alive: [10, 11] },
    { status: "running", startedAt: "5.100000000" },
  ],
  [
    "initialized, started, and ended",
    { exit: EXIT, start: `${START}began 5.500000000\n` },
    { status: "exited", startedAt: "5.500000000" },
  ],
  [
    "monitor killed, process alive",
    { status: RUNNING, start: START, alive: [11] },
    { status: "running", pid: 11, monitorPid: 0 },
  ],
  [
    "process gone, monitor cleaning up, code not yet there",
    { status: RUNNING, start: START, alive: [10] },
    { status: "stopping", monitorPid: 10 },
  ],
  [
    "process gone, code there",
    { status: RUNNING, exit: EXIT, start: START, alive: [10] },
    { status: "exited", exitCode: 3 },
  ],
  ["ended", { exit: EXIT, start: START }, { status: "exited", exitCode: 3, finishedAt: "6.000000000" }],
  ["killed by --timeout", { exit: `${EXIT}timeout 1\n`, start: START }, { status: "exited", timedOut: true }],
  [
    "both killed, or the host rebooted: nobody saw the end",
    { status: RUNNING, start: START },
    { status: "exited", exitCode: -1 },
  ],
  [
    "the exit file is of an earlier run",
    { exit: EXIT, start: "time 7.000000000\n" },
    { status: "exited", exitCode: -1, startedAt: "7.000000000" },
  ],
  [
    "the host has rebooted, and others have these pids and start times",
    { status: `boot before\n${RUNNING}`, start: START, alive: [10, 11] },
    { status: "exited", exitCode: -1, pid: 0, monitorPid: 0 },
  ],
  ["of this boot", { status: `boot now\n${RUNNING}`, start: START, alive: [10, 11] }, { status: "running" }],
  [
    "its clock was set back: the end is before the beginning, but of that run",
    { exit: `run a\n${EXIT}`, start: "time 7000.000000000\nrun a\nruntime /run/user/1/tspod\n" },
    { status: "exited", exitCode: 3, runtimeDirectory: "/run/user/1/tspod" },
  ],
  [
    "the exit file is of another run, however late its time",
    { exit: `run a\n${EXIT}`, start: "time 1.000000000\nrun b\n" },
    { status: "exited", exitCode: -1 },
  ],
  ["its first start is under way", { start: START, starting: true }, { status: "created", exitCode: 0 }],
  [
    "another start is under way",
    { exit: EXIT, start: "time 7.000000000\n", starting: true },
    { status: "exited", exitCode: 3, finishedAt: "6.000000000" },
  ],
] as const satisfies [
  string,
  {
    status?: string;
    exit?: string;
    start?: string;
    alive?: readonly number[];
    starting?: boolean;
    stopped?: boolean;
  },
  object,
][]) {
  test(`deriveState(): ${name}`, () => {
    const state = deriveState(
      {
        status: status === undefined ? undefined : parseFacts(status),
        exit: exit === undefined ? undefined : parseFacts(exit),
        start: start === undefined ? undefined : parseFacts(start),
      },
      {
        sameBoot: (boot) => boot === "now",
        alive: ({ pid }) => (alive as readonly number[]).includes(pid),
        frozen: (cgroup) => cgroup === "/a/frozen",
        beingStarted: () => starting,
        beingStopped: () => stopped,
      },
    );
    for (const [key, value] of Object.entries(expected))
      assert.equal(state[key as keyof typeof state], value, key);
  });
}
