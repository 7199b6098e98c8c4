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

test("runtimeError(): a runtime that said nothing", () => {
  assert.equal(runtimeError("crun", "\n").message, "crun: failed without a message: OCI runtime error");
});
