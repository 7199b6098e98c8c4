import { existsSync, rmSync } from "node:fs";
import { spawn, waitpid } from "../os/addon.ts";
import type { Container, ContainerPlace } from "./list.ts";
import { readContainerState } from "./state.ts";

/**
 * Clear away what a killed monitor has left of a container whose process is gone too: the runtime's state and the
 * runtime directory. No-op otherwise, and repeatable.
 */
export function abandon({ runtimeDirectory }: ContainerPlace, { record, paths }: Container): void {
  const state = readContainerState(paths);
  if (state.pid !== 0 || state.monitorPid !== 0 || !existsSync(paths.runtime)) return;
  const { name, path } = record.runtime;
  const argv = [path, "--root", `${runtimeDirectory}/${name}`, "delete", "--force", record.id];
  // It may know nothing of the container any more: whatever it says, the directory is next.
  waitpid(spawn({ file: path, argv, env: process.env, fds: [-1, -1, -1] }));
  rmSync(paths.runtime, { recursive: true, force: true });
}
