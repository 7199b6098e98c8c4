import { readdirSync } from "node:fs";
import { waitpid } from "../../os/process.ts";
import { spawn } from "../../os/spawn.ts";
import { hasCode } from "../../os/system-error.ts";

/**
 * Absolute paths of what a runtime keeps of a container: crun and runc a directory of its ID, runsc files
 * that begin with it.
 */
export function runtimeState(
  runtimeDirectory: string,
  { name, id }: { readonly name: string; readonly id: string },
): string[] {
  const directory = `${runtimeDirectory}/${name}`;
  try {
    const found = readdirSync(directory).filter((entry) => entry.startsWith(id));
    return found.map((entry) => `${directory}/${entry}`);
  } catch (error) {
    // it has not run since the last boot, or is no runtime's
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

/**
 * Have a runtime forget a container, and remove its cgroup. It may know nothing of it any more: whatever it
 * says, its exit status is of no interest.
 * @param name of the runtime, under which its state is in the runtime directory
 * @param path absolute, of its program
 */
export function deleteFromRuntime(
  runtimeDirectory: string,
  { name, path, id }: { readonly name: string; readonly path: string; readonly id: string },
): void {
  const argv = [path, "--root", `${runtimeDirectory}/${name}`, "delete", "--force", id];
  waitpid(spawn({ file: path, argv, env: process.env, fds: [-1, -1, -1] }));
}
