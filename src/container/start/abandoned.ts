import { existsSync, rmSync } from "node:fs";
import { deleteFromRuntime, runtimeState } from "../runtime/delete-from-runtime.ts";
import type { Container, ContainerPlace } from "../state/list.ts";
import { readContainerState } from "../state/state.ts";

/**
 * Clear away what a killed monitor has left of a container whose process is gone too: the runtime's state and
 * the runtime directory. No-op otherwise, and repeatable.
 */
export function abandon({ runtimeDirectory }: ContainerPlace, { record, paths }: Container): void {
  const state = readContainerState(paths);
  if (state.pid !== 0 || state.monitorPid !== 0 || !existsSync(paths.runtime)) return;
  // With --rm the monitor takes the record away first, and what it still does then no state tells of. A
  // killed one's is a leftover.
  if (!existsSync(paths.directory)) return;
  const container = { ...record.runtime, id: record.id };
  // A monitor that came to its end has had the runtime delete it, which takes 10 ms.
  if (runtimeState(runtimeDirectory, container).length > 0) deleteFromRuntime(runtimeDirectory, container);
  rmSync(paths.runtime, { recursive: true, force: true });
}
