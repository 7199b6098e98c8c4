import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const FACE = join(import.meta.dirname, "signals.ts");
const SPAWN = join(import.meta.dirname, "spawn.ts");

/** What a process of its own prints, and how it ends. */
function outcome(body: string): { stdout: string; status: number | null; signal: string | null } {
  const script = `
    import { holdSignals, releaseSignals, throwIfInterrupted } from ${JSON.stringify(FACE)};
    import { execve } from ${JSON.stringify(SPAWN)};
    ${body}`;
  const { stdout, status, signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  return { stdout, status, signal };
}

test("a signal that is held is told as its exit code", () => {
  const body = `holdSignals(); throwIfInterrupted(); process.kill(process.pid, "SIGTERM");
    try { throwIfInterrupted() } catch (error) { console.log(error.exitCode) }`;
  assert.deepEqual(outcome(body), { stdout: "143\n", status: 0, signal: null });
});

test("released, it takes effect", () => {
  const body = `holdSignals(); process.kill(process.pid, "SIGINT"); console.log("still here"); releaseSignals();`;
  assert.deepEqual(outcome(body), { stdout: "still here\n", status: null, signal: "SIGINT" });
});

test("the second one ends the process", () => {
  const body = `holdSignals(); for (const name of ["SIGINT", "SIGTERM"]) process.kill(process.pid, name); console.log("no");`;
  assert.deepEqual(outcome(body), { stdout: "", status: null, signal: "SIGTERM" });
});

test("execve() leaves it to the next program, which begins with these signals blocked", () => {
  const body = `holdSignals(); process.kill(process.pid, "SIGINT");
    execve("/bin/grep", ["grep", "^Sig[PB]", "/proc/self/status"], {});`;
  // Bits of SIGINT; of SIGHUP, SIGINT, SIGTERM.
  const stdout = "SigPnd:\t0000000000000002\nSigBlk:\t0000000000004003\n";
  assert.deepEqual(outcome(body), { stdout, status: 0, signal: null });
});
