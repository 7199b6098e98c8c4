import { readdirSync } from "node:fs";
import { readBeginning } from "../../os/read-at-most.ts";
import { signalProcess } from "../state/signal-process.ts";

const SIGKILL = 9;
const ROUNDS = 100;
const PAUSE_MS = 5;
/** Bytes of a command line. */
const LIMIT = 64 * 1024;

/**
 * End the calls of a runtime for one container, which the monitor that made them has not outlived, and what a
 * call has made of itself: until it executes the container's program, the container's first process has the
 * call's command line. Blocks until none is left.
 * @param root the runtime's `--root`
 */
export function endRuntimeCalls({ root, id }: { readonly root: string; readonly id: string }): void {
  const pauses = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < ROUNDS; round++) {
    const calls = readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0 && isCall(pid, { root, id }));
    if (calls.length === 0) return;
    for (const pid of calls) signalProcess(pid, SIGKILL);
    Atomics.wait(pauses, 0, 0, PAUSE_MS);
  }
}

function isCall(pid: number, { root, id }: { readonly root: string; readonly id: string }): boolean {
  try {
    // The name and the root come early; a process of a container may have a line without end.
    const argv = readBeginning(`/proc/${pid}/cmdline`, LIMIT).split("\0");
    return argv.includes(id) && argv[argv.indexOf("--root") + 1] === root;
  } catch {
    return false; // it has ended, or is another user's
  }
}
