import { join } from "node:path";
import { TspodError } from "../errors.ts";
import { givenRootfs } from "../options/container-record.ts";
import { mountAgain, mountCount, unmountPath } from "../os/stacked-mounts.ts";
import { appendEvent } from "../storage/events.ts";
import { mountPlan } from "../storage/rootfs/mount-plan.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { containerRootfs, noteMounted } from "./rootfs/container-rootfs.ts";
import { containerEvent } from "./start/event.ts";
import { type Container, type ContainerPlace, withState } from "./state/list.ts";

function containerMountPoint({ record, paths }: Container): string {
  return givenRootfs(record.options) ?? join(paths.directory, "merged");
}

/** Where the files of a container are now: of a running one its own view of them. undefined: nowhere. */
export function mountedContainer(container: Container): string | undefined {
  if (container.state.pid !== 0) return `/proc/${container.state.pid}/root`;
  const path = containerMountPoint(container);
  return mountCount(path) > 0 ? path : undefined;
}

/**
 * Mount the files of a container, for reading and writing, in this mount namespace. A running one has them
 * mounted: it is looked at through its own mounts. There is an event (podman-events(1): `mount`).
 * @returns absolute path
 */
export async function mountContainer(place: ContainerPlace, { record }: Container): Promise<string> {
  const path = await mountOnce(place, record);
  appendEvent(place.store, containerEvent(record, "mount"));
  return path;
}

async function mountOnce(place: ContainerPlace, record: Container["record"]): Promise<string> {
  using undo = new DisposableStack();
  undo.use(await lockContainer(place.store, record.id));
  const container = withState(place, record);
  const path = containerMountPoint(container);
  if (container.state.pid !== 0 || givenRootfs(record.options) !== undefined)
    return mountedContainer(container) ?? path;
  if (mountCount(path) > 0) mountAgain(path);
  else {
    using unmounting = new DisposableStack();
    const plan = await containerRootfs(place.store, { record, paths: container.paths });
    noteMounted(container.paths);
    mountPlan(plan, unmounting);
    if (mountCount(path) === 0) mountAgain(path); // a plain copy is no mount
    unmounting.move();
  }
  return path;
}

/**
 * Undo one mount of a container's files, or all; where there was any, with its event.
 * @returns whether there was any
 * @throws {TspodError} If it is in use, and not forced.
 */
export function unmountContainer(
  { store }: Pick<ContainerPlace, "store">,
  container: Container,
  { force }: { readonly force: boolean },
): boolean {
  if (container.state.pid !== 0 || !unmounted(container, force)) return false;
  appendEvent(store, containerEvent(container.record, "unmount"));
  return true;
}

function unmounted(container: Container, force: boolean): boolean {
  try {
    return unmountPath(containerMountPoint(container), force);
  } catch (cause) {
    throw new TspodError(`unmounting container ${container.record.id}`, { cause });
  }
}
