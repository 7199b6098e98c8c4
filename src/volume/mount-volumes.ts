import { TspodError } from "../errors.ts";
import { volumeMountArguments } from "../options/parse/volume-options.ts";
import type { Env } from "../os/env.ts";
import { findProgram } from "../os/find-program.ts";
import { umount } from "../os/mount.ts";
import { isMounted, takeMountAt } from "../os/mount-holder.ts";
import type { Store } from "../storage/store.ts";
import { getVolume, lockVolumeMount, type VolumeRecord, volumeData } from "./volumes.ts";

export interface MountSurroundings {
  readonly store: Store;
  readonly env: Env;
}

/**
 * Mount those of a container's volumes that have a device, a type or an image, in this call's mount
 * namespace, which a monitor copies. What another process has mounted already is mounted once more, so that
 * all see the same; it goes with the last of them.
 * @returns the absolute paths of these
 * @throws {TspodError} With mount(8)'s words.
 */
export async function mountVolumes(
  surroundings: MountSurroundings,
  { id, volumes }: { readonly id: string; readonly volumes: readonly { readonly name: string }[] },
): Promise<string[]> {
  const mounted: string[] = [];
  for (const { name } of volumes) {
    const volume = getVolume(surroundings.store, name);
    if (volume === undefined) continue;
    try {
      if (await mountVolume(surroundings, volume)) mounted.push(volumeData(surroundings.store, name));
    } catch (cause) {
      throw new TspodError(`mounting volume ${name} for container ${id}`, { cause });
    }
  }
  return mounted;
}

/**
 * Mount one, where it is to be mounted and is not.
 * @returns whether it is mounted
 * @throws {TspodError} With mount(8)'s words, or if the volume's image can't be mounted.
 */
export async function mountVolume({ store, env }: MountSurroundings, volume: VolumeRecord): Promise<boolean> {
  if (volume.driver === "image") {
    const { mountImageVolume } = await import("./mount-image-volume.ts"); // such volumes are rare, too
    using _lock = await lockVolumeMount(store, volume.name);
    return await mountImageVolume(store, volume);
  }
  const path = volumeData(store, volume.name);
  const args = volumeMountArguments(volume.options, path);
  if (args === undefined) return false;
  using _lock = await lockVolumeMount(store, volume.name);
  if (takeMountAt(path)) return true;
  const program = findProgram("mount", env.PATH);
  if (program === undefined) throw new TspodError("'mount' is missing: apt-get install mount");
  // such volumes are rare, and it takes 1.5 ms to load
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { status, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new TspodError(stderr.trim().replace(/\.?\n.*/s, ""));
  return true;
}

/**
 * Have its files where they belong in this call's own mount namespace, and so until it ends.
 * @throws {TspodError} `mounting volume NAME: …`, with mount(8)'s words.
 */
export async function mountForCall(surroundings: MountSurroundings, volume: VolumeRecord): Promise<void> {
  try {
    await mountVolume(surroundings, volume);
  } catch (cause) {
    throw new TspodError(`mounting volume ${volume.name}`, { cause });
  }
}

/** Undo a mount of it in this mount namespace, where there is one. @throws {TspodError} If it is in use. */
export function unmountVolume(store: Store, name: string): void {
  const path = volumeData(store, name);
  if (!isMounted("/proc/self", path)) return;
  try {
    umount(path);
  } catch (cause) {
    throw new TspodError(`unmounting volume ${name}`, { cause });
  }
}
