import { mkdirSync } from "node:fs";
import { MNT_DETACH, mountAsFor, umount } from "../../os/mount.ts";
import { hasCode } from "../../os/system-error.ts";
import type { ContainerPaths } from "../state/paths.ts";

/** Where the /dev/shm of another container is mounted for one that shares its IPC namespace. */
export function sharedMemoryPath({ runtime }: Pick<ContainerPaths, "runtime">): string {
  return `${runtime}/shm`;
}

/**
 * Mount the /dev/shm of a running container in this call's mount namespace, which the monitor copies: POSIX
 * shared memory is files in there, so the IPC namespace alone would not share it.
 * @param pid the container's first process
 * @returns the path where it is; none where that container has no /dev/shm
 */
export function takeSharedMemory(paths: ContainerPaths, pid: number): string[] {
  const target = sharedMemoryPath(paths);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  try {
    mountAsFor(pid, "/dev/shm", target);
    return [target];
  } catch (error) {
    if (hasCode(error, "EINVAL", "ENOENT")) return [];
    throw error;
  }
}

/**
 * Unmount what takeSharedMemory() has mounted in this call's own mount namespace: a call that starts a
 * container and removes it (a pod's init container) could not delete the directory otherwise.
 */
export function releaseSharedMemory(paths: Pick<ContainerPaths, "runtime">): void {
  try {
    umount(sharedMemoryPath(paths), MNT_DETACH);
  } catch (error) {
    if (!hasCode(error, "EINVAL", "ENOENT")) throw error; // it is not mounted here
  }
}
