import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ContainerState } from "../../../../container/state/state.ts";
import { type End, explainExit } from "./explain-exit.ts";

const EXITED: ContainerState = {
  status: "exited",
  pid: 0,
  monitorPid: 0,
  exitCode: 0,
  oomKilled: false,
  timedOut: false,
  startedAt: "1.0",
  finishedAt: "2.0",
  restartCount: 0,
  restartsAt: undefined,
  lastExitCode: undefined,
  runtimeDirectory: undefined,
};

function explain(
  state: Partial<ContainerState>,
  {
    memory,
    timeout = 0,
    stoppedByUser = false,
  }: { memory?: number; timeout?: number; stoppedByUser?: boolean } = {},
): string {
  // Only what explainExit() reads.
  const options = {
    resources: { ...(memory !== undefined && { memory }) },
    process: { stopSignal: "SIGTERM", timeout },
  } as End["options"];
  return explainExit({ state: { ...EXITED, ...state }, options, stoppedByUser, startable: true });
}

describe("explainExit", () => {
  for (const [exitCode, text] of [
    [0, "exit code 0: it did its work"],
    [1, "exit code 1: the program's own"],
    [125, "exit code 125: tspod itself failed"],
    [126, "exit code 126: a command was found, but can't be executed"],
    [127, "exit code 127: a command was not found"],
    [128, "exit code 128: the program's own"],
    [137, "exit code 137: ended by SIGKILL"],
    [139, "exit code 139: ended by SIGSEGV: it touched memory that isn't its own"],
    [143, "exit code 143: ended by SIGTERM, which is how it is stopped"],
    [159, "exit code 159: ended by SIGSYS: it made a system call that the seccomp profile forbids"],
    [255, "exit code 255: the program's own"],
    [-1, "nobody saw how it ended: its monitor was killed, or the machine went down with it"],
  ] as const)
    test(`${exitCode}`, () => assert.equal(explain({ exitCode }), text));

  test("out of memory, with a limit and without", () => {
    const killed = { exitCode: 137, oomKilled: true };
    assert.equal(
      explain(killed, { memory: 32_000_000 }),
      "exit code 137: the kernel killed it (or a part of it) for want of memory: its limit is 32MB",
    );
    assert.match(explain(killed), /it has no limit of its own/);
  });

  test("out of time", () => {
    assert.equal(
      explain({ exitCode: -1, timedOut: true }, { timeout: 3 }),
      "exit code -1: killed after the 3 s that --timeout gave it",
    );
  });

  test("stopped", () => {
    assert.equal(
      explain({ exitCode: 137 }, { stoppedByUser: true }),
      "exit code 137: stopped, as somebody asked for",
    );
  });

  for (const [status, text] of [
    ["created", "it was never started"],
    ["running", "it is running"],
    ["paused", "it is paused"],
  ] as const)
    test(status, () => assert.equal(explain({ status }), text));
});
