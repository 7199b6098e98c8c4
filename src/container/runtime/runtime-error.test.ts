import assert from "node:assert/strict";
import { test } from "node:test";
import { runtimeError } from "./runtime-error.ts";

for (const [runtime, words, exitCode, sentinel] of [
  [
    "crun",
    "executable file `x` not found in $PATH: No such file or directory",
    127,
    "OCI runtime attempted to invoke a command that was not found",
  ],
  [
    "runc",
    'runc create failed: unable to start container process: exec: "x": executable file not found in $PATH',
    127,
    "OCI runtime attempted to invoke a command that was not found",
  ],
  [
    "runsc",
    'starting container: error finding executable "x" in PATH [/bin]: no such file or directory',
    127,
    "OCI runtime attempted to invoke a command that was not found",
  ],
  ["crun", "open executable: Operation not permitted", 126, "OCI permission denied"],
  ["runc", 'exec: "/etc": is a directory', 126, "OCI permission denied"],
  ["crun", "exec `/x`: Exec format error", 126, "OCI permission denied"],
  ["crun", "cgroups in hybrid mode not supported", 125, "OCI runtime error"],
] as const) {
  test(`runtimeError(): ${runtime}: ${words}`, () => {
    const error = runtimeError(runtime, words);
    assert.equal(error.message, `${runtime}: ${words}: ${sentinel}`);
    assert.equal(error.exitCode, exitCode);
  });
}

const entry = (level: string, msg: string) => ({ msg, level, time: "2026-01-02T03:04:05Z" });
const LINE = (level: string, msg: string) => JSON.stringify(entry(level, msg));
/** As crun 1.28 writes it. */
const LINES = (level: string, msg: string) => JSON.stringify(entry(level, msg), null, 2);

for (const [title, said, words] of [
  ["a line of its log", LINE("error", "no cgroup"), "no cgroup"],
  [
    "the last error of several",
    `${LINE("error", "one")}\n${LINE("error", "two")}\n${LINE("info", "x")}\n`,
    "two",
  ],
  ["a warning alone", LINE("warning", "slow"), "failed without a message"],
  ["an entry over several lines", `${LINES("error", "no cgroup")}\n`, "no cgroup"],
  [
    "the last error of several such",
    `${LINES("error", "one")}\n${LINES("error", "two")}\n${LINES("info", "x")}`,
    "two",
  ],
  [
    "a warning over several lines, and words",
    `${LINES("warning", "slow")}\nout of memory\n`,
    "out of memory",
  ],
  [
    "several lines that were cut short by a kill",
    LINES("error", "one").slice(0, 20),
    "failed without a message",
  ],
  ["a line that was cut short by a kill", LINE("error", "one").slice(0, 20), "failed without a message"],
  ["an error, and a line that was cut short", `${LINE("error", "one")}\n{"msg":"tw`, "one"],
  ["words of several lines", "bad thing\n  at once\n", "bad thing; at once"],
  ["words between lines of the log", `${LINE("debug", "x")}\nout of memory\n{"msg`, "out of memory"],
] as const)
  test(`runtimeError(): ${title}`, () => {
    assert.equal(runtimeError("crun", said).message, `crun: ${words}: OCI runtime error`);
  });

test("runtimeError(): a runtime that was killed before it said anything", () => {
  assert.equal(
    runtimeError("crun", '{"msg":"hal', 137).message,
    "crun: was killed by signal 9: OCI runtime error",
  );
});

test("runtimeError(): a runtime that said nothing", () => {
  assert.equal(runtimeError("crun", "\n").message, "crun: failed without a message: OCI runtime error");
});
