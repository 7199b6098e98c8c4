import { closeSync, constants, openSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { givenRootfs } from "../../options/container-record.ts";
import { O_PATH, openat2, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS } from "../../os/at.ts";
import {
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
} from "../../os/mount.ts";
import { hasCode } from "../../os/system-error.ts";
import type { ResolvedMount } from "../../spec/host-facts.ts";
import { mountPlan } from "../../storage/rootfs/mount-plan.ts";
import { lockContainer } from "../../storage/storage-lock.ts";
import { identity } from "../../storage/tree/held-file.ts";
import { type FileRoot, type PlannedMount, statusOf } from "../../storage/tree/locate.ts";
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
  const planned: PlannedMount[] = [];
  for (const each of await resolveMounts(place.store, record, container.paths)) {
    const missing = bindMount(fd, each, undo);
    if (missing !== undefined) planned.push(missing);
  }
  const kept = undo.move();
  return { fd, resolve: RESOLVE, planned, [Symbol.dispose]: () => kept.dispose() };
}

const RESOLVE = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;

function openRunningRoot({ record, state }: Container): ContainerRoot {
  try {
    const fd = openSync(`/proc/${state.pid}/root`, DIRECTORY);
    return { fd, resolve: RESOLVE, emptied: kernelDirectories(fd), [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new TspodError(`container ${record.id} has just ended: try again`);
    throw error;
  }
}

/** Directories in which the kernel shows what is no file: a copy of all files has these directories empty. */
function kernelDirectories(rootFd: number): string[] {
  return ["proc", "sys", "dev"].flatMap((name) => {
    const status = statusOf(rootFd, name);
    return status === undefined ? [] : [identity(status)];
  });
}

/** The caller closes the descriptor; what has to be undone goes onto `undo`. */
async function mountRootfs(
  { store }: ContainerPlace,
  { record, paths }: Container,
  undo: DisposableStack,
): Promise<number> {
  const given = givenRootfs(record.options);
  if (given !== undefined) return openSync(given, DIRECTORY);
  const plan = await containerRootfs(store, { record, paths });
  mountPlan(plan, undo);
  return openSync(plan.path, DIRECTORY);
}

/**
 * Mount it where its place is there. Where it isn't, nothing is made, because that would be a change of the
 * container: it is planned, which locate() knows of. Of files there is nothing to be seen then.
 */
function bindMount(
  rootFd: number,
  { request, source, beneath, overlay }: ResolvedMount,
  undo: DisposableStack,
): PlannedMount | undefined {
  if (source === undefined || overlay !== undefined) return undefined;
  using open = new DisposableStack();
  const found = open.adopt(
    beneath === undefined ? openSync(source, O_PATH) : openBeneath(beneath),
    closeSync,
  );
  const place = openMountPoint(rootFd, request.destination);
  if (place === undefined) {
    if (!isDirectoryFd(found)) return undefined;
    undo.use(open.move());
    return { destination: request.destination, fd: found, readOnly: request.readOnly };
  }
  open.adopt(place, closeSync);
  mount(`/proc/self/fd/${found}`, `/proc/self/fd/${place}`, { flags: MS_BIND | MS_REC });
  if (request.readOnly) remountReadOnly(rootFd, request.destination, mountFlags(`/proc/self/fd/${found}`));
  return undefined;
}

function openMountPoint(rootFd: number, path: string): number | undefined {
  try {
    return openat2(rootFd, path, { flags: O_PATH, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
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
