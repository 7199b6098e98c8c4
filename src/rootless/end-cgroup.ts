import { readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../os/system-error.ts";

/** How long the kernel may take to end processes that were killed. */
const END_MS = 2000;
const PAUSE_MS = 2;

/**
 * Ends all processes in a cgroup and in those below it, and removes the groups. Blocks until that is done,
 * for two seconds at most. Does nothing where there is no such group.
 * @param group path from the root of the tree, starting with `/`
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html (cgroup.kill)
 */
export function endCgroup(group: string, root = "/sys/fs/cgroup"): void {
  const top = join(root, group);
  const pauses = new Int32Array(new SharedArrayBuffer(4));
  for (let left = END_MS; left > 0; left -= PAUSE_MS) {
    if (removeGroups(top)) return;
    killAll(top);
    Atomics.wait(pauses, 0, 0, PAUSE_MS);
  }
}

/** Removes the groups from the bottom up. Returns whether nothing is left. */
function removeGroups(path: string): boolean {
  try {
    for (const below of groupsIn(path)) if (!removeGroups(below)) return false;
    rmdirSync(path);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return true;
    if (hasCode(error, "EBUSY", "ENOTEMPTY", "EACCES", "EPERM")) return false;
    throw error;
  }
}

function groupsIn(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

function killAll(path: string): void {
  try {
    writeFileSync(join(path, "cgroup.kill"), "1");
  } catch (error) {
    if (!hasCode(error, "ENOENT", "EACCES", "EPERM", "EOPNOTSUPP")) throw error;
    killEach(path); // Linux before 5.14
  }
}

function killEach(path: string): void {
  try {
    for (const below of groupsIn(path)) killEach(below);
    for (const pid of readFileSync(join(path, "cgroup.procs"), "utf8").split("\n").filter(Boolean))
      process.kill(Number(pid), "SIGKILL");
  } catch (error) {
    // The group is gone meanwhile, or belongs to another user.
    if (!hasCode(error, "ENOENT", "ENODEV", "ESRCH", "EPERM")) throw error;
  }
}
