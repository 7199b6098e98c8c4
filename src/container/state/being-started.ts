import { existsSync } from "node:fs";
import { isLocked } from "../../os/file-lock.ts";
import type { ContainerPaths } from "./paths.ts";

/**
 * Whether a run of the container has been noted whose process the monitor has not reported yet: a start holds
 * the lock meanwhile.
 */
export function isBeingStarted({ status, lock }: ContainerPaths): boolean {
  return !existsSync(status) && isLocked(lock);
}
