import { existsSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { members, oneOf, soundJson, text } from "../../oci/shape.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { MNT_DETACH, mount, umount } from "../../os/mount.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory } from "../tmp-directory.ts";

/** How root file systems are made here, in the order of preference. */
export type RootfsDriver = "overlay" | "fuse-overlayfs" | "copy";

interface Probe {
  /** The kernel and file system the answer is for. */
  readonly key: string;
  readonly driver: RootfsDriver;
}

/**
 * The kind of mount that works on the store's file system, with this kernel, in this user namespace. It is
 * found out once, by mounting, and kept in a file.
 */
export function rootfsDriver(store: Store): RootfsDriver {
  const known = readProbe(probeFile(store));
  // Only the best answer is kept for good: fuse-overlayfs may be installed any time.
  if (known?.key === probeKey(store) && known.driver === "overlay") return "overlay";
  const driver = overlayWorks(store)
    ? "overlay"
    : findFuseOverlayfs() === undefined
      ? "copy"
      : "fuse-overlayfs";
  if (driver === "overlay") noteOverlay(store);
  return driver;
}

/** Overlay mounts work here: no need to try. */
export function noteOverlay(store: Store): void {
  const probe: Probe = { key: probeKey(store), driver: "overlay" };
  writeFileAtomic(probeFile(store), JSON.stringify(probe));
}

function probeKey({ root }: Store): string {
  return `${release()} ${statSync(root).dev}`;
}

function probeFile({ root }: Store): string {
  return `${root}/rootfs-driver.json`;
}

const probeShape = members({ key: text, driver: oneOf("overlay", "fuse-overlayfs", "copy") });

function readProbe(file: string): Probe | undefined {
  try {
    return soundJson(probeShape, readFileSync(file, "utf8"));
  } catch {
    return undefined; // it can't be read: mounting is tried again
  }
}

/**
 * Mount an overlay, and delete a lower file through it: that needs whiteouts and xattrs to work in the upper
 * directory.
 */
function overlayWorks(store: Store): boolean {
  using work = makeTmpDirectory(store, "probe");
  for (const name of ["lower", "lower/d", "upper", "work", "merged"]) mkdirSync(join(work.path, name));
  writeFileSync(join(work.path, "lower/d/file"), "");
  const merged = join(work.path, "merged");
  const at = (name: string) => `${work.path}/${name}`.replace(/[\\,:]/g, "\\$&");
  try {
    mount("overlay", merged, {
      type: "overlay",
      data: `lowerdir=${at("lower")},upperdir=${at("upper")},workdir=${at("work")},userxattr`,
    });
  } catch {
    return false; // whatever the kernel has against it
  }
  try {
    unlinkSync(join(merged, "d/file"));
    return !existsSync(join(merged, "d/file"));
  } catch {
    return false;
  } finally {
    umount(merged, MNT_DETACH);
  }
}

/** Absolute path of fuse-overlayfs, where it and its device are there. */
export function findFuseOverlayfs(
  directories: readonly string[] = ["/usr/bin", "/usr/local/bin"],
): string | undefined {
  if (!existsSync("/dev/fuse")) return undefined;
  return directories.map((directory) => join(directory, "fuse-overlayfs")).find((file) => existsSync(file));
}
