import { join } from "node:path";
import { setCloexec } from "../os/descriptor.ts";
import { libDirectory } from "../os/program-files.ts";
import { holderRecord } from "./start/plan/bridge-plan.ts";
import type { Engine } from "./state/engine.ts";

/**
 * What to execute so that a command runs in the network namespace that networks with names have in common; it
 * is made where it isn't there, and stays as long as the command.
 * @param command absolute path of the program, and its arguments
 * @throws {NotFoundError} If slirp4netns is not installed.
 */
export function inSharedNetwork(
  engine: Engine,
  command: readonly string[],
): { file: string; argv: string[] } {
  const file = join(libDirectory, "tspod-network");
  const { liveFd } = engine.launch;
  if (liveFd !== undefined) setCloexec(liveFd, false);
  const [, ...holder] = holderRecord(engine);
  return { file, argv: [file, "enter", String(liveFd ?? -1), ...holder, "--", ...command] };
}
