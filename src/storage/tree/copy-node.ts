import { closeSync, constants, copyFileSync } from "node:fs";
import type { Owner } from "../../oci/id-maps.ts";
import {
  type FileStatus,
  hasCode,
  lgetxattr,
  llistxattr,
  mkdirat,
  mknodat,
  openat2,
  type PathLike,
  readlinkat,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  symlinkat,
} from "../../os/addon.ts";
import { type Attributes, type Creator, procPath, setOwnerAndMode, setTimes } from "./attributes.ts";

/** A name in a directory that is held open. */
export interface Place {
  readonly dirFd: number;
  readonly name: string | Buffer;
}

/** Whose a copy is to be, by whose the original is. */
export type ChangeOwner = (owner: Owner) => Owner;

/** Owner, mode, times and xattrs as they are on disk. */
export function readAttributes(place: Place, status: FileStatus): Attributes {
  const { uid, gid, modified } = status;
  return {
    uid,
    gid,
    mode: status.mode & 0o7777,
    mtime: modified,
    xattrs: readXattrs(procPath(place.dirFd, place.name)),
  };
}

function readXattrs(path: PathLike): Attributes["xattrs"] {
  try {
    return llistxattr(path).map((name) => ({ name, value: lgetxattr(path, Buffer.from(name, "latin1")) }));
  } catch (error) {
    // ENOENT, ENODATA: gone since it was looked at, which whoever opens it will see.
    if (hasCode(error, "ENOTSUP", "EOPNOTSUPP", "EPERM", "ENOENT", "ENODATA")) return [];
    throw error;
  }
}

/**
 * Copy one thing with everything that belongs to it; of a directory, only itself, and its times are the
 * caller's business once its content is there. Devices and sockets are left out.
 * @returns whether there is a copy
 * @throws {SystemError} With EEXIST if something has that name.
 */
export function copyNode(
  from: Place,
  status: FileStatus,
  { to, creator, owner }: { to: Place; creator: Creator; owner?: ChangeOwner | undefined },
): boolean {
  const type = status.mode & S_IFMT;
  if (!makeNode(from, to, type)) return false;
  const read = readAttributes(from, status);
  const attributes = owner === undefined ? read : { ...read, ...owner(read) };
  // -1: always set the mode, since a copy may take over the one it was copied from, or not.
  setOwnerAndMode(to.dirFd, to.name, { creator, attributes, made: type === S_IFLNK ? "symlink" : -1 });
  if (type !== S_IFDIR) setTimes(to.dirFd, to.name, status.modified);
  return true;
}

function makeNode(from: Place, to: Place, type: number): boolean {
  switch (type) {
    case S_IFREG:
      copyContent(from, to);
      return true;
    case S_IFLNK:
      symlinkat(readlinkat(from.dirFd, from.name), to.dirFd, to.name);
      return true;
    case S_IFDIR:
      mkdirat(to.dirFd, to.name, 0o700);
      return true;
    case S_IFIFO:
      mknodat(to.dirFd, to.name, { mode: S_IFIFO | 0o600 });
      return true;
    default:
      return false;
  }
}

/** By reference where the file system can (btrfs, XFS), within the kernel otherwise. */
function copyContent(from: Place, to: Place): void {
  const fd = openat2(from.dirFd, from.name, { flags: constants.O_RDONLY | constants.O_NOFOLLOW });
  try {
    const target = procPath(to.dirFd, to.name);
    copyFileSync(
      `/proc/self/fd/${fd}`,
      typeof target === "string" ? target : Buffer.from(target),
      constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE,
    );
  } finally {
    closeSync(fd);
  }
}
