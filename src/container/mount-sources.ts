import { statSync } from "node:fs";
import { NotFoundError } from "../errors.ts";
import type { MountRequest } from "../oci/mount-request.ts";

/** @throws {NotFoundError} If the source of a bind mount is not there: Docker makes it, Podman and we refuse. */
export function checkMountSources(mounts: readonly MountRequest[]): void {
  for (const mount of mounts) {
    if (mount.type !== "bind") continue;
    try {
      statSync(mount.source);
    } catch (error) {
      throw new NotFoundError(`statfs ${mount.source}: ${reason(error)}`);
    }
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT"
    ? "no such file or directory"
    : code === "EACCES"
      ? "permission denied"
      : String(code);
}
