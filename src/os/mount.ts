import { closeSync } from "node:fs";
import { native } from "./native.ts";
import { checked, type PathLike } from "./system-error.ts";

/** mount(2) and umount2(2) flags, <sys/mount.h>. */
export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MS_NOEXEC = 8;
export const MS_REMOUNT = 32;
export const MS_NOATIME = 1024;
export const MS_BIND = 4096;
export const MS_REC = 16384;
export const MNT_DETACH = 2;

/**
 * Bits of mountFlags(), statfs(2). Flags that a user namespace may not drop have the same values as their MS_
 * flags.
 */
export const ST_RDONLY = 1;
export const ST_NOSUID = 2;
export const ST_NODEV = 4;
export const ST_NOEXEC = 8;
export const ST_NOATIME = 1024;
export const ST_NODIRATIME = 2048;
export const ST_RELATIME = 4096;

/**
 * Mounts in this call's private mount namespace.
 * @param source "" for none, as are `type` and `data`
 * @throws {SystemError}
 */
export function mount(
  source: PathLike,
  target: PathLike,
  { type = "", flags = 0, data = "" }: { type?: string; flags?: number; data?: PathLike } = {},
): void {
  checked(native.mount(source, target, type, flags, data), "mount", source, target);
}

/** @throws {SystemError} */
export function umount(target: PathLike, flags = 0): void {
  checked(native.umount(target, flags), "umount2", target);
}

/**
 * The ST_ flags of the mount that `path` lies on.
 * @throws {SystemError}
 */
export function mountFlags(path: PathLike): number {
  return checked(native.mountFlags(path), "statfs", path);
}

/**
 * Mounts at `target` what another process has mounted at `path`: the same file system, not a new one.
 * @throws {SystemError} EINVAL where nothing is mounted there for that process, ENOENT where it is gone.
 */
export function mountAsFor(pid: number, path: PathLike, target: PathLike): void {
  const fd = checked(native.takeMount(pid, path), "open_tree", path);
  try {
    checked(native.moveMount(fd, target), "move_mount", path, target);
  } finally {
    closeSync(fd);
  }
}
