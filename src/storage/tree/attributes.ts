import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { TspodError } from "../../errors.ts";
import { AT_EMPTY_PATH, fchmod, fchownat, utimensat } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { fsetxattr } from "../../os/xattr.ts";
import type { Timestamp } from "../tar/tar-entry.ts";

export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Timestamp;
  readonly xattrs: readonly { readonly name: string; readonly value: Buffer }[];
}

/** Ids that a new file has by itself, so that it needs no chown. */
export interface Creator {
  readonly uid: number;
  readonly gid: number;
  readonly umask: number;
}

export function readCreator(): Creator {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, umask: process.umask() };
}

/**
 * Give an open file owner, mode and xattrs, in the order that keeps them: chown(2) takes setuid, setgid and
 * capabilities away. By its descriptor (O_PATH will do), because its name may be another file's by now.
 * @param made the permission bits that it was made with, before the umask; "symlink": it has none of its own
 */
export function setOwnerAndMode(
  fd: number,
  {
    creator,
    attributes,
    made,
  }: { creator: Creator; attributes: Omit<Attributes, "mtime">; made: number | "symlink" },
): void {
  const { uid, gid, mode, xattrs } = attributes;
  if (uid !== creator.uid || gid !== creator.gid) changeOwner(fd, { uid, gid });
  if (made !== "symlink" && mode !== (made & ~creator.umask)) fchmod(fd, mode);
  for (const xattr of xattrs) setXattr(fd, xattr);
}

/** Access time as well: a layer does not say when it was read. */
export function setTimes(fd: number, mtime: Timestamp): void {
  utimensat(fd, "", { modify: mtime, flags: AT_EMPTY_PATH });
}

/**
 * Changes the owner of an open file.
 * @throws {TspodError} If the id is not mapped. With a single id there is no other owner than our own, and it
 *   is left.
 */
export function changeOwner(fd: number, { uid, gid }: { uid: number; gid: number }): void {
  try {
    fchownat(fd, "", { uid, gid, flags: AT_EMPTY_PATH });
  } catch (error) {
    if (!hasCode(error, "EINVAL", "EPERM")) throw error;
    if (hasSingleId()) return;
    if (hasCode(error, "EPERM")) throw error;
    throw new TspodError(
      `potentially insufficient UIDs or GIDs available in user namespace (requested ${uid}:${gid} for ${basename(readlinkSync(`/proc/self/fd/${fd}`))}): check /etc/subuid and /etc/subgid`,
      { cause: error },
    );
  }
}

/** Whether this user namespace maps one user only: the user has no subordinate ids. */
export function hasSingleId(uidMap = "/proc/self/uid_map"): boolean {
  const lines = readFileSync(uidMap, "utf8").trim().split("\n");
  return lines.length === 1 && lines[0]?.trim().split(/\s+/)[2] === "1";
}

/**
 * Attributes that a layer may not bring: overlayfs's are ours to set, and a label belongs to the machine that
 * made it.
 */
const NOT_FROM_LAYERS = /^(?:(?:trusted|user)\.overlay\.|user\.fuseoverlayfs\.|security\.selinux$)/;

/**
 * The ones that can't be set are left out, as Podman does: `trusted.*` in a user namespace (EPERM), any that
 * the file system does not know (ENOTSUP).
 */
function setXattr(fd: number, xattr: { name: string; value: Buffer }): void {
  if (NOT_FROM_LAYERS.test(xattr.name)) return;
  try {
    fsetxattr(fd, xattr.name, xattr.value);
  } catch (error) {
    if (!hasCode(error, "ENOTSUP", "EOPNOTSUPP", "EPERM")) throw error;
  }
}
