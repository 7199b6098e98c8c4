import { statSync } from "node:fs";
import { NotFoundError } from "../../errors.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";

/**
 * @throws {NotFoundError} If the source of a bind mount is not there: Docker makes it, Podman and we refuse.
 */
export function checkMountSources(mounts: readonly MountRequest[]): void {
  for (const mount of mounts) {
    if (mount.type !== "bind") continue;
    try {
      statSync(mount.source);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new NotFoundError(`statfs ${mount.source}: ${systemErrorReason(error)}`);
    }
  }
}
