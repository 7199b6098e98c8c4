import { rmSync } from "node:fs";
import { isAlive } from "../../os/process-identity.ts";
import type { StatusFact } from "../../protocol/facts.ts";
import { endCgroup } from "../../rootless/end-cgroup.ts";
import { releaseSharedMemory } from "../rootfs/shared-memory.ts";
import { deleteFromRuntime, runtimeState } from "../runtime/delete-from-runtime.ts";
import { endRuntimeCalls } from "../runtime/runtime-processes.ts";
import { readFacts } from "../state/fact-file.ts";
import type { Container } from "../state/list.ts";
import { signalProcess } from "../state/signal-process.ts";
import { aliveIn } from "../state/state.ts";

const SIGKILL = 9;

/**
 * Clear away all that a run has left: its processes, its cgroup, the runtime's state, its files under the
 * runtime directory. Repeatable. The caller holds the container's lock, and knows that no monitor of it
 * lives.
 * @param group its cgroup as a path from the root of the tree; undefined where it has none
 */
export function clearRun(
  { record, paths }: Pick<Container, "record" | "paths">,
  group: string | undefined,
): void {
  const container = { ...record.runtime, id: record.id };
  // A runtime that was at work for a killed command goes on, and would delete what the next start makes.
  endRuntimeCalls({ root: `${paths.runtimeDirectory}/${record.runtime.name}`, id: record.id });
  if (runtimeState(paths.runtimeDirectory, container).length > 0)
    deleteFromRuntime(paths.runtimeDirectory, container);
  if (group !== undefined) endCgroup(group);
  const process = aliveIn(readFacts<StatusFact>(paths.status), "process", isAlive);
  if (process !== undefined) signalProcess(process, SIGKILL);
  rmSync(paths.status, { force: true });
  if (record.options.ipc.kind === "container") releaseSharedMemory(paths);
  rmSync(paths.runtime, { recursive: true, force: true, maxRetries: 10, retryDelay: 5 });
}

/**
 * As clearRun(), for a run whose monitor may have been killed while the runtime was at work. What can't be
 * cleared away is left to the container's next start or removal: here another error is on its way to the
 * user.
 */
export function clearFailedRun(
  { record, paths }: Pick<Container, "record" | "paths">,
  group: string | undefined,
): void {
  try {
    clearRun({ record, paths }, group);
  } catch {
    // The next start or removal of the container does it, and says what is in the way.
  }
}
