import { closeSync, constants, openSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import {
  hasCode,
  MS_BIND,
  MS_NOATIME,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  mount,
  mountFlags,
  O_PATH,
  openat2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
} from "../../os/addon.ts";
import type { ResolvedMount } from "../../spec/host-facts.ts";
import { mountPlan } from "../../storage/rootfs/mount-plan.ts";
import { lockContainer } from "../../storage/storage-lock.ts";
import { openLayerTree } from "../../storage/tree/layer-tree.ts";
import type { FileRoot } from "../../storage/tree/locate.ts";
import { mountVolumes } from "../../volume/mount-volumes.ts";
import { containerRootfs } from "../rootfs/container-rootfs.ts";
import { resolveMounts } from "../rootfs/resolve-mounts.ts";
import { isDirectoryFd, openBeneath } from "../rootfs/subpath.ts";
import { type Container, type ContainerPlace, withState } from "../state/list.ts";

const DIRECTORY = O_PATH | constants.O_DIRECTORY;
/** A remount in a user namespace must keep these; in statfs(2) they are the same bits. */
const KEPT_FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME;

export interface ContainerRoot extends FileRoot, Disposable {}

/**
 * The files of a container, as it sees them: those of a running one through its own mounts; those of another
 * are mounted in this call's private mount namespace, with its volumes and bind mounts where their places are
 * there. It can't be started meanwhile.
 */
export async function openContainerRoot(
  place: ContainerPlace,
  { record }: Container,
): Promise<ContainerRoot> {
  using undo = new DisposableStack();
  undo.use(await lockContainer(place.store, record.id));
  const container = withState(place, record);
  if (container.state.pid !== 0) return openRunningRoot(container);
  const fd = undo.adopt(await mountRootfs(place, container, undo), closeSync);
  await mountVolumes({ store: place.store, env: process.env }, record);
  for (const each of await resolveMounts(place.store, record, container.paths)) bindMount(fd, each);
  const kept = undo.move();
  return { fd, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, [Symbol.dispose]: () => kept.dispose() };
}

function openRunningRoot({ record, state }: Container): ContainerRoot {
  try {
    const fd = openSync(`/proc/${state.pid}/root`, DIRECTORY);
    return { fd, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new TspodError(`container ${record.id} has just ended: try again`);
    throw error;
  }
}

/** The descriptor is the caller's; what has to be undone goes onto `undo`. */
async function mountRootfs(
  { store }: ContainerPlace,
  { record, paths }: Container,
  undo: DisposableStack,
): Promise<number> {
  const { rootfs, imageText } = record.options;
  if (rootfs) return openSync(imageText, DIRECTORY);
  const plan = await containerRootfs(store, { record, paths });
  mountPlan(plan, undo);
  return openSync(plan.path, DIRECTORY);
}

/** A directory to mount on is made where it is not there yet, as the runtime does at the first start. */
function bindMount(rootFd: number, { request, source, beneath, overlay }: ResolvedMount): void {
  if (source === undefined || overlay !== undefined) return;
  using open = new DisposableStack();
  const found = open.adopt(
    beneath === undefined ? openSync(source, O_PATH) : openBeneath(beneath),
    closeSync,
  );
  const place = openMountPoint(rootFd, request.destination, isDirectoryFd(found));
  if (place === undefined) return;
  open.adopt(place, closeSync);
  mount(`/proc/self/fd/${found}`, `/proc/self/fd/${place}`, { flags: MS_BIND | MS_REC });
  if (request.readOnly) remountReadOnly(rootFd, request.destination, mountFlags(`/proc/self/fd/${found}`));
}

function openMountPoint(rootFd: number, path: string, make: boolean): number | undefined {
  try {
    return openat2(rootFd, path, { flags: O_PATH, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS });
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
  }
  if (!make) return undefined;
  {
    using tree = openLayerTree(`/proc/self/fd/${rootFd}/.`, () => {});
    tree.directory(Buffer.from(path.slice(1)).toString("latin1"));
  }
  return openMountPoint(rootFd, path, false);
}

/** The descriptor from before the mount names what lies below it: it has to be opened anew. */
function remountReadOnly(rootFd: number, destination: string, sourceFlags: number): void {
  const fd = openat2(rootFd, destination, {
    flags: O_PATH,
    resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  });
  try {
    const flags = MS_BIND | MS_REMOUNT | MS_RDONLY | (sourceFlags & KEPT_FLAGS);
    mount("", `/proc/self/fd/${fd}`, { flags });
  } finally {
    closeSync(fd);
  }
}
