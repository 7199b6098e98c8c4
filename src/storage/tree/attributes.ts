import { readFileSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { fchmodat, fchownat, hasCode, lsetxattr, type PathLike, utimensat } from "../../os/addon.ts";
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
 * Give a new file owner, mode and xattrs, in the order that keeps them: chown(2) takes setuid, setgid and
 * capabilities away.
 * @param made the permission bits that it was made with, before the umask; "symlink": it has none of its own
 */
export function setOwnerAndMode(
  dirFd: number,
  name: PathLike,
  {
    creator,
    attributes,
    made,
  }: { creator: Creator; attributes: Omit<Attributes, "mtime">; made: number | "symlink" },
): void {
  const { uid, gid, mode, xattrs } = attributes;
  if (uid !== creator.uid || gid !== creator.gid) changeOwner(dirFd, name, { uid, gid });
  if (made !== "symlink" && mode !== (made & ~creator.umask)) fchmodat(dirFd, name, { mode });
  for (const xattr of xattrs) setXattr(dirFd, name, xattr);
}

/** Access time as well: a layer does not say when it was read. */
export function setTimes(dirFd: number, name: PathLike, mtime: Timestamp): void {
  utimensat(dirFd, name, { modify: mtime });
}

/**
 * @throws {TspodError} If the id is not mapped. With a single id there is no other than our own to give, and
 * it is left.
 */
export function changeOwner(dirFd: number, name: PathLike, { uid, gid }: { uid: number; gid: number }): void {
  try {
    fchownat(dirFd, name, { uid, gid });
  } catch (error) {
    if (!hasCode(error, "EINVAL", "EPERM")) throw error;
    if (hasSingleId()) return;
    if (hasCode(error, "EPERM")) throw error;
    throw new TspodError(
      `potentially insufficient UIDs or GIDs available in user namespace (requested ${uid}:${gid} for ${Buffer.from(name)}): check /etc/subuid and /etc/subgid`,
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
 * What overlayfs keeps there is ours to say, not the layer's; a label belongs to the machine that made it.
 */
const NOT_FROM_LAYERS = /^(?:(?:trusted|user)\.overlay\.|user\.fuseoverlayfs\.|security\.selinux$)/;

/**
 * The ones that can't be set are left out, as Podman does: `trusted.*` in a user namespace (EPERM), any that
 * the file system does not know (ENOTSUP).
 */
function setXattr(dirFd: number, name: PathLike, xattr: { name: string; value: Buffer }): void {
  if (NOT_FROM_LAYERS.test(xattr.name)) return;
  try {
    lsetxattr(procPath(dirFd, name), xattr.name, xattr.value);
  } catch (error) {
    if (!hasCode(error, "ENOTSUP", "EOPNOTSUPP", "EPERM")) throw error;
  }
}

/** A path to a name in an open directory, for the calls that have no form with a directory descriptor. */
export function procPath(dirFd: number, name: PathLike): PathLike {
  const prefix = `/proc/self/fd/${dirFd}/`;
  return typeof name === "string" ? prefix + name : Buffer.concat([Buffer.from(prefix), name]);
}
