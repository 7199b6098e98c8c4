import { spawn, waitpid } from "../os/addon.ts";

/**
 * Have a runtime forget a container, and remove its cgroup. It may know nothing of it any more: whatever it says, its exit status is
 * of no interest.
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
