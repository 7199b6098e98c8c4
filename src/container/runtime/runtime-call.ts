import { rmSync } from "node:fs";
import { join } from "node:path";
import { waitpid } from "../../os/process.ts";
import { isAlive, type ProcessIdentity, readStartTime } from "../../os/process-identity.ts";
import { spawn } from "../../os/spawn.ts";
import { runtimeCommand } from "../../rootless/runtime.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { signalProcess } from "../state/signal-process.ts";
import { runningCgroup } from "./container-cgroup.ts";
import { requireRuntimeDirectory } from "./require-runtime-directory.ts";
import { lastLoggedError } from "./runtime-error.ts";

/** How a call of the runtime ended. */
export interface RuntimeAnswer {
  /** Exit status, or 128 + signal. */
  readonly code: number;
  /** The runtime's own words; empty where it had none. */
  readonly words: string;
}

/** How long a call may take once the container's process is gone, and between two looks, in milliseconds. */
const GRACE_MS = 1000;
const PAUSE_MS = 2;
const SIGKILL = 9;

/**
 * Wait for a call that waits for the container's process: it would do so for ever where that is killed
 * meanwhile.
 */
function awaitCall(pid: number, process: ProcessIdentity): number {
  const call = { pid, startTime: readStartTime(pid) ?? "" };
  const pauses = new Int32Array(new SharedArrayBuffer(4));
  for (let left = GRACE_MS; isAlive(call); Atomics.wait(pauses, 0, 0, PAUSE_MS)) {
    if (!isAlive(process)) left -= PAUSE_MS;
    if (left <= 0) signalProcess(pid, SIGKILL);
  }
  return waitpid(pid).code;
}

/** Have the runtime do something to a container that is there. Blocks: only for what ends at once. */
export function callRuntime(
  { env, launch, cgroupManager, runtimeFlags }: Engine,
  { record, paths, state }: Container,
  verb: "pause" | "resume" | "start" | "update",
  flags: readonly string[] = [],
): RuntimeAnswer {
  const { id, runtime } = record;
  const { runtimeDirectory } = requireRuntimeDirectory(record.id, paths);
  const cgroup = runningCgroup(record, { env, launch, cgroupManager });
  const log = join(paths.runtime, `${verb}-${process.pid}.log`);
  const argv = [
    ...runtimeCommand({ runtime, runtimeDirectory, cgroup, log, runtimeFlags }),
    verb,
    ...flags,
    id,
  ];
  try {
    const first = { pid: state.pid, startTime: readStartTime(state.pid) ?? "" };
    const code = awaitCall(spawn({ file: runtime.path, argv, env, fds: [-1, -1, -1] }), first);
    return { code, words: lastLoggedError(log) };
  } finally {
    rmSync(log, { force: true });
  }
}
