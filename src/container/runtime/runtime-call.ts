import { rmSync } from "node:fs";
import { join } from "node:path";
import { spawn, waitpid } from "../../os/addon.ts";
import { runtimeCommand } from "../../rootless/runtime.ts";
import type { EngineSurroundings } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
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

/** Have the runtime do something to a container that is there. Blocks: only for what ends at once. */
export function callRuntime(
  { env, launch, cgroupManager, runtimeFlags }: EngineSurroundings,
  { record, paths }: Pick<Container, "record" | "paths">,
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
    const { code } = waitpid(spawn({ file: runtime.path, argv, env, fds: [-1, -1, -1] }));
    return { code, words: lastLoggedError(log) };
  } finally {
    rmSync(log, { force: true });
  }
}
