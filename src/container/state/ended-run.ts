import { readFacts } from "./fact-file.ts";
import type { ContainerPaths } from "./paths.ts";
import { type ContainerState, isActive } from "./state.ts";
import { isSettled } from "./wait.ts";

/**
 * The exit code of the run that a container was in when it was first looked at; undefined while that goes
 * on, or its monitor still clears up. As Podman: a run that a restart policy, or a user, has followed by
 * another one is over. -1: nobody has seen how it ended.
 */
export function endedRunCode(
  first: ContainerState,
  now: ContainerState,
  { exitFile }: Pick<ContainerPaths, "exitFile">,
): number | undefined {
  const hasEnded = isSettled(now) && (now.status === "exited" || now.status === "created");
  if (hasEnded || now.restartsAt !== undefined) return now.exitCode;
  if (first.startedAt === undefined || !isActive(now) || now.startedAt === first.startedAt) return undefined;
  // A start of the user's leaves the exit file of the run before, until that has ended, too.
  return now.lastExitCode ?? Number(readFacts(exitFile)?.get("code") ?? -1);
}
