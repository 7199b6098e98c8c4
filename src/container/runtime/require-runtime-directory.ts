import { existsSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { ContainerPaths } from "../state/paths.ts";

/**
 * The paths of a container that runs, whose runtime directory is there: nothing that needs the runtime's
 * state, or the monitor's socket, works without it. systemd removes it at the log-out of a user who does not
 * linger.
 * @throws {TspodError} If it is gone.
 */
export function requireRuntimeDirectory(id: string, paths: ContainerPaths): ContainerPaths {
  if (existsSync(paths.runtime)) return paths;
  throw new TspodError(
    `container ${id} runs, but its runtime directory "${paths.runtime}" is gone: stop it, and start it again`,
  );
}
