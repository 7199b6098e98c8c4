import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { NotFoundError, TspodError } from "../errors.ts";
import { overlayHolder, takeMountAt } from "../os/mount-holder.ts";
import { hasLayer } from "../storage/layers/layer-record.ts";
import { mountPlan } from "../storage/rootfs/mount-plan.ts";
import { planWithDriver, type RootfsPlan } from "../storage/rootfs/rootfs.ts";
import { rootfsDriver } from "../storage/rootfs/rootfs-driver.ts";
import type { Store } from "../storage/store.ts";
import { type VolumeRecord, volumeData, volumePath } from "./volumes.ts";

/** The kind of mount that works here; a process of fuse-overlayfs would stay behind when nothing runs. */
type Driver = "overlay" | "copy";

/** How often, and how many milliseconds apart, a process that is just ending is looked at again. */
const LOOKS = 40;
const PAUSE_MS = 50;

/**
 * Mount a volume of the driver `image`: an overlay of the image's layers and the volume's own upper
 * directory. Two overlays over one upper directory would not see what the other writes, and the kernel
 * promises nothing of them: so what a process has mounted is taken, and where none can be taken but one is
 * there, none is made. Where overlays don't work the image is copied once. The caller holds the lock of the
 * volume's mount.
 * @returns whether it is mounted; otherwise its files lie there
 * @throws {TspodError} If a layer of the image is gone, or the volume is mounted where it can't be taken
 * from.
 */
export async function mountImageVolume(
  store: Store,
  volume: VolumeRecord,
  driver: Driver = rootfsDriver(store) === "overlay" ? "overlay" : "copy",
): Promise<boolean> {
  const path = volumeData(store, volume.name);
  mkdirSync(path, { recursive: true, mode: 0o755 }); // a killed call has taken it away to put a copy there
  if (takeMountAt(path)) return true;
  if (readdirSync(path).length > 0) return false; // copied where overlays did not work
  const plan = await planOf(store, volume, driver);
  if (plan.driver !== "overlay") return false;
  if (await takeFromLast(plan, path)) return true;
  using undo = new DisposableStack();
  mountPlan(plan, undo);
  undo.move();
  return true;
}

async function planOf(store: Store, { name, image }: VolumeRecord, driver: Driver): Promise<RootfsPlan> {
  const directory = volumePath(store, name);
  if (image === undefined) throw new TspodError(`the record of volume ${name} names no image`);
  const missing = image.chainIds.find((chainId) => !hasLayer(store, chainId));
  if (missing !== undefined)
    throw new NotFoundError(`layer "${missing}" of its image is not in the store: pull ${image.id} again`);
  if (driver === "copy" && readdirSync(join(directory, "upper")).length > 0)
    throw new TspodError("it was written to as an overlay, and overlay mounts do not work here");
  const { chainIds } = image;
  return planWithDriver(store, { chainIds, directory, path: volumeData(store, name), driver });
}

/**
 * Whether the mount of a process that has just come or is just going could be taken.
 * @throws {TspodError} If a process keeps it that has no path to it: a container whose monitor was killed.
 */
async function takeFromLast({ mounts }: RootfsPlan, path: string): Promise<boolean> {
  const data = mounts[0]?.data ?? "";
  for (let look = 0; ; look++) {
    const holder = overlayHolder(data);
    if (holder === undefined) return false;
    if (takeMountAt(path)) return true;
    if (look === LOOKS)
      throw new TspodError(
        `process ${holder} has it mounted, of a container whose monitor was killed: stop that container first`,
      );
    await setTimeout(PAUSE_MS);
  }
}
