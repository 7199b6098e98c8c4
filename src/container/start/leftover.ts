import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { findProgram } from "../../os/find-program.ts";
import { isAlive } from "../../os/process-identity.ts";
import { hasCode } from "../../os/system-error.ts";
import type { StatusFact } from "../../protocol/facts.ts";
import { deleteFromRuntime, runtimeState } from "../runtime/delete-from-runtime.ts";
import { readFacts } from "../state/fact-file.ts";
import type { ContainerPlace } from "../state/list.ts";
import { aliveIn } from "../state/state.ts";

/** A start makes its directory before it writes there whose it is. */
const START_MS = 600_000;
/** A --runroot that was mistyped may hold directories that tspod has not made. */
const ID = /^[0-9a-f]{64}$/;
/**
 * Whose state is looked for where a run's own directory is gone. Each keeps it in a directory of its name.
 */
const RUNTIMES: readonly string[] = ["crun", "runc", "runsc"];

/**
 * Clear away what monitors have left that were killed between the removal of their --rm container and their
 * own end, or with the command that started it: runtime directories, and the runtime's state and cgroup, of
 * containers that have no record any more.
 */
export function clearLeftovers(place: ContainerPlace, path: string | undefined): void {
  for (const id of leftovers(place)) {
    for (const { name, paths } of runtimeStates(place, id)) {
      const program = findProgram(name, path);
      if (program === undefined) continue;
      deleteFromRuntime(place.runtimeDirectory, { name, path: program, id });
      for (const path of paths) rmSync(path, { recursive: true, force: true });
    }
    rmSync(`${place.runtimeDirectory}/containers/${id}`, { recursive: true, force: true });
  }
}

/** A run's own directory is made before the runtime's state of it, and goes after it. */
function leftovers({ store, runtimeDirectory }: ContainerPlace): string[] {
  const runs = `${runtimeDirectory}/containers`;
  const entries = ["containers", ...RUNTIMES].flatMap((name) => entriesOf(`${runtimeDirectory}/${name}`));
  return [...new Set(entries)].filter(
    (id) =>
      ID.test(id) &&
      !existsSync(`${store.containers}/${id}`) &&
      (!existsSync(`${runs}/${id}`) || isOver(`${runs}/${id}`)),
  );
}

function entriesOf(directory: string): string[] {
  if (!existsSync(directory)) return []; // a thrown error takes longer than the question
  try {
    return readdirSync(directory);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

/** Another store's containers may be here too: what runs, or is about to, is left alone. */
function isOver(directory: string): boolean {
  const status = readFacts<StatusFact>(`${directory}/status`);
  if (status !== undefined)
    return (["monitor", "process"] as const).every((key) => aliveIn(status, key, isAlive) === undefined);
  const made = statSync(directory, { throwIfNoEntry: false });
  return made !== undefined && Date.now() - made.mtimeMs > START_MS;
}

/** The states that any runtime has left. */
function runtimeStates(
  { runtimeDirectory }: ContainerPlace,
  id: string,
): { name: string; paths: string[] }[] {
  return entriesOf(runtimeDirectory)
    .filter((name) => name !== "containers")
    .map((name) => ({ name, paths: runtimeState(runtimeDirectory, { name, id }) }))
    .filter(({ paths }) => paths.length > 0);
}
