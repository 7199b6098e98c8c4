import { readFileSync } from "node:fs";
import { MNT_DETACH, MS_BIND, mount, umount } from "./mount.ts";
import { mountPoints } from "./mount-table.ts";

/**
 * Mounts that `mount` makes are seen in the mount table of the caller's namespace, and only there. They go
 * with that namespace, so a record of them would be wrong sooner or later. Each further mount of the same
 * thing lies on top of the one before.
 */

/** How often something is mounted at a path, in this mount namespace. */
export function mountCount(path: string): number {
  return mountPoints(readFileSync("/proc/self/mountinfo", "utf8")).filter((each) => each === path).length;
}

/** Mounts what is mounted at a path once more, on top of it. */
export function mountAgain(path: string): void {
  mount(path, path, { flags: MS_BIND });
}

/**
 * @param all undo every time that it is mounted, even where it is in use
 * @returns whether it was mounted
 */
export function unmountPath(path: string, all: boolean): boolean {
  const count = mountCount(path);
  for (let left = all ? count : Math.min(count, 1); left > 0; left--) umount(path, all ? MNT_DETACH : 0);
  return count > 0;
}
