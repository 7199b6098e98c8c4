import { existsSync, rmSync, writeFileSync } from "node:fs";
import type { ContainerRecord } from "../oci/container-record.ts";
import { hasCode, mountAsFor } from "../os/addon.ts";
import { isMounted, mountHolder } from "../os/mount-holder.ts";
import { type RootfsPlan, rootfsPlan } from "../storage/rootfs.ts";
import type { Store } from "../storage/store.ts";
import type { ContainerPaths } from "./paths.ts";
import { rootfsRequest } from "./rootfs-directories.ts";

export interface ContainerRootfs extends RootfsPlan {
  /** Whether it is mounted already, in this call's mount namespace: then the plan has no steps. */
  readonly mounted: boolean;
}

/**
 * How a container's root filesystem is mounted. Two overlays on one upper directory would not see what the other writes, so where
 * "tspod unshare" has it mounted, that very mount is taken. The caller holds the container's lock.
 */
export async function containerRootfs(
  store: Store,
  record: ContainerRecord,
  paths: ContainerPaths,
): Promise<ContainerRootfs> {
  const plan = await rootfsPlan(store, rootfsRequest(record, paths));
  const mounted = existsSync(paths.mounted) && mountedAsInUnshare(plan.path, paths.mounted);
  return mounted ? { ...plan, mounts: [], prepare: [], mounted } : { ...plan, mounted };
}

/** Note that somebody is about to mount it in a mount namespace of their own. */
export function noteMounted({ mounted }: ContainerPaths): void {
  writeFileSync(mounted, "");
}

/** @param note goes where nobody has it mounted any more */
function mountedAsInUnshare(path: string, note: string): boolean {
  if (isMounted("/proc/self", path)) return true;
  for (let holder = mountHolder(path); holder !== undefined; holder = mountHolder(path)) {
    try {
      mountAsFor(holder, path, path);
      return true;
    } catch (error) {
      if (!hasCode(error, "EINVAL", "ENOENT", "ESRCH")) throw error; // else it has just ended
    }
  }
  rmSync(note, { force: true });
  return false;
}
