import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../errors.ts";
import { type Digest, digestHex } from "../oci/digest.ts";
import {
  MNT_DETACH,
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REMOUNT,
  mount,
  mountFlags,
  umount,
} from "../os/addon.ts";
import { mountPoints } from "../os/mount-table.ts";
import type { StoredImage } from "../storage/images/image-store.ts";
import { rootfsPlan } from "../storage/rootfs/rootfs.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { mountPlan } from "./copy/container-root.ts";
import { containerRootfs, noteMounted } from "./rootfs/container-rootfs.ts";
import { readOnlyView } from "./rootfs/read-only-view.ts";
import { type Container, type ContainerPlace, withState } from "./state/list.ts";

/*
 * What `mount` has mounted is seen in the mount table of the caller's namespace, and only there: it goes with
 * that namespace, so a record of it would be wrong sooner or later. Each further mount of the same thing is
 * one more on top of it.
 */

/** How often something is mounted at a path, in this mount namespace. */
function mountCount(path: string): number {
  return mountPoints(readFileSync("/proc/self/mountinfo", "utf8")).filter((each) => each === path).length;
}

/** Once more on top of it. */
function mountAgain(path: string): void {
  mount(path, path, { flags: MS_BIND });
}

/** @param all every time that it is mounted, even where it is in use @returns whether it was mounted */
function unmountPath(path: string, all: boolean): boolean {
  const count = mountCount(path);
  for (let left = all ? count : Math.min(count, 1); left > 0; left--) umount(path, all ? MNT_DETACH : 0);
  return count > 0;
}

function containerMountPoint({ record, paths }: Container): string {
  const { rootfs, imageText } = record.options;
  return rootfs ? imageText : join(paths.directory, "merged");
}

/** Where the files of a container are now: of a running one its own view of them. undefined: nowhere. */
export function mountedContainer(container: Container): string | undefined {
  if (container.state.pid !== 0) return `/proc/${container.state.pid}/root`;
  const path = containerMountPoint(container);
  return mountCount(path) > 0 ? path : undefined;
}

/**
 * Mount the files of a container, for reading and writing, in this mount namespace. A running one has them
 * mounted: it is looked at through its own mounts.
 * @returns absolute path
 */
export async function mountContainer(place: ContainerPlace, { record }: Container): Promise<string> {
  using undo = new DisposableStack();
  undo.use(await lockContainer(place.store, record.id));
  const container = withState(place, record);
  const path = containerMountPoint(container);
  if (container.state.pid !== 0 || record.options.rootfs) return mountedContainer(container) ?? path;
  if (mountCount(path) > 0) mountAgain(path);
  else {
    using unmounting = new DisposableStack();
    const plan = await containerRootfs(place.store, record, container.paths);
    noteMounted(container.paths);
    mountPlan(plan, unmounting);
    if (mountCount(path) === 0) mountAgain(path); // a plain copy is no mount
    unmounting.move();
  }
  return path;
}

/**
 * Undo one mount of a container's files, or all.
 * @returns whether there was any
 * @throws {TspodError} If it is in use, and not forced.
 */
export function unmountContainer(container: Container, { force }: { readonly force: boolean }): boolean {
  if (container.state.pid !== 0) return false;
  try {
    return unmountPath(containerMountPoint(container), force);
  } catch (cause) {
    throw new TspodError(`unmounting container ${container.record.id}`, { cause });
  }
}

type ImagePlace = ContainerPlace & { readonly image: Pick<StoredImage, "id"> };

function imageDirectory({ runtimeDirectory, image }: Omit<ImagePlace, "store">): string {
  return join(runtimeDirectory, "mounts", digestHex(image.id));
}

/** Where an image is mounted in this mount namespace; undefined: nowhere. */
export function mountedImage(place: Omit<ImagePlace, "store">): string | undefined {
  const path = join(imageDirectory(place), "merged");
  return mountCount(path) > 0 ? path : undefined;
}

/**
 * Mount an image's files, read-only, in this mount namespace.
 * @returns absolute path
 */
export async function mountImage(
  place: ContainerPlace & { readonly image: { readonly id: Digest; readonly chainIds: readonly Digest[] } },
): Promise<string> {
  const { store, image } = place;
  const mounted = mountedImage(place);
  if (mounted !== undefined) {
    mountAgain(mounted);
    return mounted;
  }
  const directory = imageDirectory(place);
  for (const name of ["upper", "work", "merged"])
    mkdirSync(join(directory, name), { recursive: true, mode: 0o755 });
  using unmounting = new DisposableStack();
  const plan = await rootfsPlan(store, { chainIds: image.chainIds, directory });
  mountPlan(readOnlyView(plan), unmounting);
  if (mountCount(plan.path) === 0) mountAgain(plan.path);
  const kept = mountFlags(plan.path) & (MS_NOSUID | MS_NODEV | MS_NOEXEC);
  mount("", plan.path, { flags: MS_BIND | MS_REMOUNT | MS_RDONLY | kept });
  unmounting.move();
  return plan.path;
}

/**
 * Undo one mount of an image, or all.
 * @returns whether there was any
 * @throws {TspodError} If it is in use, and not forced.
 */
export function unmountImage(
  place: Omit<ImagePlace, "store">,
  { force }: { readonly force: boolean },
): boolean {
  try {
    return unmountPath(join(imageDirectory(place), "merged"), force);
  } catch (cause) {
    throw new TspodError(`unmounting image ${digestHex(place.image.id)}`, { cause });
  }
}
