import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasCode } from "../os/system-error.ts";
import { type CgroupSupport, isCgroup2, ownCgroup, readWords } from "./cgroup.ts";

/**
 * The cgroup for the processes that watch over containers, ours among them: a cgroup that has children may
 * hold no processes of its own.
 */
const SUPERVISOR = "supervisor";

/**
 * Makes our own cgroup the parent of containers' cgroups: its processes, ours among them, move to a child of
 * it.
 * @returns undefined where it is no cgroup v2, or not delegated to this user
 * @see podman-run(1), --cgroups;
 *   https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint
 */
export function splitCgroup(root = "/sys/fs/cgroup"): CgroupSupport | undefined {
  const own = isCgroup2(root) ? ownCgroup("/proc") : undefined;
  if (own === undefined || own === "/") return undefined;
  const parent = basename(own) === SUPERVISOR ? dirname(own) : own;
  const directory = join(root, parent);
  try {
    accessSync(join(directory, "cgroup.subtree_control"), constants.W_OK);
    mkdirSync(join(directory, SUPERVISOR), { recursive: true });
  } catch (error) {
    if (hasCode(error, "EACCES") || hasCode(error, "EROFS")) return undefined;
    throw error;
  }
  for (const pid of readWords(join(directory, "cgroup.procs"))) move(pid, join(directory, SUPERVISOR));
  for (const controller of readWords(join(directory, "cgroup.controllers"))) enable(controller, directory);
  return { kind: "cgroupfs", parent, controllers: readWords(join(directory, "cgroup.subtree_control")) };
}

/** A process that has ended meanwhile needs no place. */
function move(pid: string, directory: string): void {
  try {
    writeFileSync(join(directory, "cgroup.procs"), pid);
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

/** A controller that can't be enabled is passed over; a limit that needs it will say so. */
function enable(controller: string, directory: string): void {
  try {
    writeFileSync(join(directory, "cgroup.subtree_control"), `+${controller}`);
  } catch {
    // the parent keeps the controller, or has processes that can't be moved
  }
}
