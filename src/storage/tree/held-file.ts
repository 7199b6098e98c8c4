import { closeSync, constants } from "node:fs";
import { TspodError } from "../../errors.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  type FileStatus,
  fstatat,
  O_PATH,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  S_IFMT,
} from "../../os/at.ts";
import { openDeepIfThere } from "../../os/files/open-deep.ts";
import { hasCode } from "../../os/system-error.ts";
import { fgetxattr, flistxattr } from "../../os/xattr.ts";
import type { Attributes } from "./attributes.ts";

/** A name in a directory that is held open. */
export interface Place {
  readonly dirFd: number;
  readonly name: string | Buffer;
}

/**
 * A file of any type, open (O_PATH): whatever becomes of its name, this is the one that was looked at.
 * Disposing closes it.
 */
export interface HeldFile extends Disposable {
  readonly fd: number;
  readonly status: FileStatus;
}

const FLAGS = O_PATH | constants.O_NOFOLLOW;

/**
 * Open what has a name, a symlink itself; undefined where nothing has it. Where the name is a path below an
 * open directory, no symlink is followed on the way: then it has nothing, either. It may be longer than
 * PATH_MAX.
 */
export function holdFile({ dirFd, name }: Place): HeldFile | undefined {
  const resolve = dirFd === AT_FDCWD ? 0 : RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  const fd = openDeepIfThere(dirFd, name, { flags: FLAGS, resolve });
  if (fd === undefined) return undefined;
  const status = fstatat(fd, "", AT_EMPTY_PATH);
  return { fd, status, [Symbol.dispose]: () => closeSync(fd) };
}

/**
 * Opens (O_PATH) what was made under a name just now: a directory, a fifo, a symlink. The caller closes the
 * descriptor.
 * @param type S_IFDIR and its kin
 * @throws {TspodError} If something of another type has been put there since.
 * @throws {SystemError} With ENOENT if it is gone.
 */
export function openMade({ dirFd, name }: Place, type: number): number {
  const fd = openat2(dirFd, name, { flags: FLAGS });
  if ((fstatat(fd, "", AT_EMPTY_PATH).mode & S_IFMT) === type) return fd;
  closeSync(fd);
  throw new TspodError(`something else has taken the name "${name}" while it was made`);
}

/** Device and inode, by which a file is known again. */
export function identity({ device, inode }: Pick<FileStatus, "device" | "inode">): string {
  return `${device}:${inode}`;
}

/** Owner, mode, times and xattrs as they are on disk. */
export function readAttributes({ fd, status }: Pick<HeldFile, "fd" | "status">): Attributes {
  const { uid, gid, modified } = status;
  return { uid, gid, mode: status.mode & 0o7777, mtime: modified, xattrs: readXattrs(fd) };
}

function readXattrs(fd: number): Attributes["xattrs"] {
  try {
    return flistxattr(fd).map((name) => ({ name, value: fgetxattr(fd, Buffer.from(name, "latin1")) }));
  } catch (error) {
    // ENODATA: taken away since they were listed.
    if (hasCode(error, "ENOTSUP", "EOPNOTSUPP", "EPERM", "ENODATA")) return [];
    throw error;
  }
}
