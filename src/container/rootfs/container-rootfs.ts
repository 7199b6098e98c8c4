import { existsSync, rmSync, writeFileSync } from "node:fs";
import { type ContainerRecord, givenRootfs } from "../../options/container-record.ts";
import { takeMountAt } from "../../os/mount-holder.ts";
import { type RootfsPlan, rootfsPlan } from "../../storage/rootfs/rootfs.ts";
import type { Store } from "../../storage/store.ts";
import type { ContainerPaths } from "../state/paths.ts";
import { rootfsRequest } from "./rootfs-directories.ts";

export interface ContainerRootfs extends RootfsPlan {
  /** Whether it is mounted already, in this call's mount namespace: then the plan has no steps. */
  readonly mounted: boolean;
}

/** The user's own directory: there is nothing to mount. */
const GIVEN = { driver: "overlay", mounts: [], prepare: [], lowers: [], mounted: false } as const;

export interface ContainerRootfsRequest {
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  readonly volatile?: boolean;
}

/**
 * How a container's root filesystem is mounted. Two overlays on one upper directory would not see what the
 * other writes, so where "tspod unshare" has it mounted, that very mount is taken. The caller holds the
 * container's lock.
 */
export async function containerRootfs(
  store: Store,
  { record, paths, volatile }: ContainerRootfsRequest,
): Promise<ContainerRootfs> {
  const given = givenRootfs(record.options);
  if (given !== undefined) return { ...GIVEN, path: given };
  const plan = await rootfsPlan(store, { ...rootfsRequest(record, paths), volatile });
  const mounted = existsSync(paths.mounted) && isStillMounted(plan.path, paths.mounted);
  return mounted ? { ...plan, mounts: [], prepare: [], mounted } : { ...plan, mounted };
}

/** Notes that a process is about to mount it in a mount namespace of its own. */
export function noteMounted({ mounted }: ContainerPaths): void {
  writeFileSync(mounted, "");
}

/** @param note goes where nobody has it mounted any more */
function isStillMounted(path: string, note: string): boolean {
  const mounted = takeMountAt(path);
  if (!mounted) rmSync(note, { force: true });
  return mounted;
}
