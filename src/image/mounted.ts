import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../errors.ts";
import { digestHex } from "../oci/digest.ts";
import {
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REMOUNT,
  mount,
  mountFlags,
} from "../os/mount.ts";
import { mountAgain, mountCount, unmountPath } from "../os/stacked-mounts.ts";
import { appendEvent } from "../storage/events.ts";
import type { StoredImage } from "../storage/images/stored-image.ts";
import { linkLayers } from "../storage/layers/link-layers.ts";
import { mountPlan } from "../storage/rootfs/mount-plan.ts";
import { readOnlyView } from "../storage/rootfs/read-only-view.ts";
import { rootfsPlan } from "../storage/rootfs/rootfs.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";

/** Where images are mounted, and for which user. */
export interface ImageMountPlace {
  readonly store: Store;
  readonly runtimeDirectory: string;
}

function imageDirectory({ runtimeDirectory }: ImageMountPlace, { id }: Pick<StoredImage, "id">): string {
  return join(runtimeDirectory, "mounts", digestHex(id));
}

/** Where an image is mounted in this mount namespace; undefined: nowhere. */
export function mountedImage(place: ImageMountPlace, image: Pick<StoredImage, "id">): string | undefined {
  const path = join(imageDirectory(place, image), "merged");
  return mountCount(path) > 0 ? path : undefined;
}

/**
 * Mount an image's files, read-only, in this mount namespace, with its event (podman-events(1): `mount`).
 * @returns absolute path
 */
export async function mountImage(place: ImageMountPlace, image: StoredImage): Promise<string> {
  const path = await mountOnce(place, image);
  appendEvent(place.store, imageEvent("mount", { id: image.id, name: nameOf(image) }));
  return path;
}

async function mountOnce(place: ImageMountPlace, image: StoredImage): Promise<string> {
  const mounted = mountedImage(place, image);
  if (mounted !== undefined) {
    mountAgain(mounted);
    return mounted;
  }
  const directory = imageDirectory(place, image);
  for (const name of ["upper", "work", "merged"])
    mkdirSync(join(directory, name), { recursive: true, mode: 0o755 });
  const { readOnlyStore } = image;
  if (readOnlyStore !== undefined) await linkLayers(place.store, readOnlyStore, image.chainIds);
  using unmounting = new DisposableStack();
  const plan = await rootfsPlan(place.store, { chainIds: image.chainIds, directory });
  mountPlan(readOnlyView(plan), unmounting);
  if (mountCount(plan.path) === 0) mountAgain(plan.path);
  const kept = mountFlags(plan.path) & (MS_NOSUID | MS_NODEV | MS_NOEXEC);
  mount("", plan.path, { flags: MS_BIND | MS_REMOUNT | MS_RDONLY | kept });
  unmounting.move();
  return plan.path;
}

/**
 * Undo one mount of an image, or all; where there was any, with its event (podman-events(1): `unmount`).
 * @returns whether there was any
 * @throws {TspodError} If it is in use, and not forced.
 */
export function unmountImage(
  place: ImageMountPlace,
  image: Pick<StoredImage, "id" | "names">,
  { force }: { readonly force: boolean },
): boolean {
  const was = unmounted(join(imageDirectory(place, image), "merged"), image, force);
  if (was) appendEvent(place.store, imageEvent("unmount", { id: image.id, name: nameOf(image) }));
  return was;
}

function unmounted(path: string, { id }: Pick<StoredImage, "id">, force: boolean): boolean {
  try {
    return unmountPath(path, force);
  } catch (cause) {
    throw new TspodError(`unmounting image ${digestHex(id)}`, { cause });
  }
}

function nameOf({ id, names }: Pick<StoredImage, "id" | "names">): string {
  return names[0] ?? digestHex(id);
}
