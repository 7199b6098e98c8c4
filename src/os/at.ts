import { native } from "./native.ts";
import { checked, checkedBytes, isErrno, type PathLike } from "./system-error.ts";

/** The directory descriptor that stands for the current directory. */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_EMPTY_PATH = 0x1000;

/** openat2(2): how the path may be walked. */
export const RESOLVE_NO_XDEV = 0x01;
export const RESOLVE_NO_MAGICLINKS = 0x02;
export const RESOLVE_NO_SYMLINKS = 0x04;
export const RESOLVE_BENEATH = 0x08;
export const RESOLVE_IN_ROOT = 0x10;

/**
 * Opens a file without rights on its content, for `at` calls and for /proc/self/fd. Node's constants lack it.
 */
export const O_PATH = 0o10000000;
/**
 * Opens a file without a name in a directory. It includes O_DIRECTORY, so an older kernel answers EISDIR and
 * makes nothing.
 */
export const O_TMPFILE = 0o20200000;

/** Types in a mode, <sys/stat.h>. */
export const S_IFMT = 0o170000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;

export const RENAME_NOREPLACE = 1;

/** A path for messages: a call on a descriptor alone names none. */
function named(path: PathLike): PathLike | undefined {
  return path === "" ? undefined : path;
}

/** Whole seconds since the epoch, and nanoseconds from 0 to 999 999 999 (also before 1970). */
export interface Time {
  seconds: number;
  nanoseconds: number;
}

export interface FileStatus {
  device: number;
  inode: number;
  /** Type and permissions. */
  mode: number;
  links: number;
  uid: number;
  gid: number;
  /** Of a device node. */
  major: number;
  minor: number;
  /** Bytes. */
  size: number;
  /** Of 512 bytes. */
  blocks: number;
  modified: Time;
  /** When content or attributes last changed: no call can set this time back. */
  changed: Time;
}

/**
 * Opens a path, and returns the descriptor, close-on-exec, which the caller closes.
 * @param flags O_ constants
 * @param resolve RESOLVE_ constants
 * @throws {SystemError} With EXDEV if `resolve` forbids where the path leads, ELOOP for a forbidden symlink.
 * @see openat2(2)
 */
export function openat2(
  dirFd: number,
  path: PathLike,
  { flags, mode = 0, resolve = 0 }: { flags: number; mode?: number; resolve?: number },
): number {
  return checked(native.openat2(dirFd, path, flags, mode, resolve), "openat2", path);
}

/** As openat2(), but undefined where nothing is there, or a symlink that `resolve` forbids is on the way. */
export function openat2IfThere(
  dirFd: number,
  path: PathLike,
  { flags, mode = 0, resolve = 0 }: { flags: number; mode?: number; resolve?: number },
): number | undefined {
  const result = native.openat2(dirFd, path, flags, mode, resolve);
  return isErrno(result, "ENOENT", "ENOTDIR", "ELOOP") ? undefined : checked(result, "openat2", path);
}

/** @throws {SystemError} */
export function mkdirat(dirFd: number, path: PathLike, mode: number): void {
  checked(native.mkdirat(dirFd, path, mode), "mkdirat", path);
}

/**
 * @param mode type and permissions: `S_IFCHR | 0o600`
 * @throws {SystemError} With EPERM for a device in a user namespace; 0:0 character devices (whiteouts) are
 * allowed.
 */
export function mknodat(
  dirFd: number,
  path: PathLike,
  { mode, major = 0, minor = 0 }: { mode: number; major?: number; minor?: number },
): void {
  checked(native.mknodat(dirFd, path, mode, major, minor), "mknodat", path);
}

/** One name in a directory that is held open. */
export interface Entry {
  dirFd: number;
  path: PathLike;
}

/**
 * Makes a hard link at `to`. A symlink at `from` is linked itself, unless `flags` has AT_SYMLINK_FOLLOW.
 * @throws {SystemError}
 */
export function linkat(from: Entry, to: Entry, flags = 0): void {
  checked(native.linkat(from.dirFd, from.path, to.dirFd, to.path, flags), "linkat", from.path, to.path);
}

/** @throws {SystemError} */
export function symlinkat(target: PathLike, dirFd: number, path: PathLike): void {
  checked(native.symlinkat(target, dirFd, path), "symlinkat", target, path);
}

/**
 * The bytes of the symlink's target.
 * @throws {SystemError}
 */
export function readlinkat(dirFd: number, path: PathLike): Buffer {
  return checkedBytes(native.readlinkat(dirFd, path), "readlinkat", path);
}

/**
 * @param flags AT_REMOVEDIR for a directory
 * @throws {SystemError}
 */
export function unlinkat(dirFd: number, path: PathLike, flags = 0): void {
  checked(native.unlinkat(dirFd, path, flags), "unlinkat", path);
}

/**
 * @param flags RENAME_ constants
 * @throws {SystemError}
 */
export function renameat(from: Entry, to: Entry, flags = 0): void {
  checked(native.renameat2(from.dirFd, from.path, to.dirFd, to.path, flags), "renameat2", from.path, to.path);
}

/**
 * Does not follow a last symlink, unless `flags` says otherwise. `path` "" with AT_EMPTY_PATH is `dirFd`
 * itself.
 * @throws {SystemError}
 */
export function fchownat(
  dirFd: number,
  path: PathLike,
  { uid, gid, flags = AT_SYMLINK_NOFOLLOW }: { uid: number; gid: number; flags?: number },
): void {
  checked(native.fchownat(dirFd, path, uid, gid, flags), "fchownat", named(path));
}

/**
 * Sets the mode of an open file; O_PATH descriptors are allowed. There is no such call by name, since
 * chmod(2) follows a symlink that a container may have put there meanwhile.
 * @throws {SystemError}
 */
export function fchmod(fd: number, mode: number): void {
  checked(native.fchmod(fd, mode), "fchmod");
}

/**
 * Does not follow a last symlink, unless `flags` says otherwise. `path` "" with AT_EMPTY_PATH is `dirFd`
 * itself.
 * @throws {SystemError}
 */
export function utimensat(
  dirFd: number,
  path: PathLike,
  { access, modify, flags = AT_SYMLINK_NOFOLLOW }: { access?: Time; modify: Time; flags?: number },
): void {
  const read = access ?? modify;
  checked(
    native.utimensat(dirFd, path, read.seconds, read.nanoseconds, modify.seconds, modify.nanoseconds, flags),
    "utimensat",
    named(path),
  );
}

/**
 * Makes a regular file with content, mode and times in one call.
 * @param mode permissions with setuid, setgid, sticky
 * @param umask of the process: where it or open(2) would take bits away from the mode, they are set
 * afterwards
 * @throws {SystemError} With EEXIST if something has that name.
 */
export function makeFile(
  dirFd: number,
  name: PathLike,
  { mode, umask, content, modify }: { mode: number; umask: number; content: Uint8Array; modify: Time },
): void {
  const chmod = mode === (mode & 0o777 & ~umask) ? 0 : 1;
  checked(
    native.makeFile(dirFd, name, mode, chmod, content, modify.seconds, modify.nanoseconds),
    "makeFile",
    name,
  );
}

/**
 * Does not follow a last symlink, unless `flags` says otherwise.
 * @throws {SystemError}
 */
export function fstatat(dirFd: number, path: PathLike, flags = AT_SYMLINK_NOFOLLOW): FileStatus {
  return statusOf(checkedBytes(native.fstatat(dirFd, path, flags), "fstatat", path));
}

/** As fstatat(), but undefined where nothing is there. */
export function fstatatIfThere(
  dirFd: number,
  path: PathLike,
  flags = AT_SYMLINK_NOFOLLOW,
): FileStatus | undefined {
  const result = native.fstatat(dirFd, path, flags);
  if (isErrno(result, "ENOENT", "ENOTDIR")) return undefined;
  return statusOf(checkedBytes(result, "fstatat", path));
}

function statusOf(bytes: Buffer): FileStatus {
  const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const number = (index: number) => numbers[index] ?? 0;
  return {
    device: number(0),
    inode: number(1),
    mode: number(2),
    links: number(3),
    uid: number(4),
    gid: number(5),
    major: number(6),
    minor: number(7),
    size: number(8),
    blocks: number(9),
    modified: { seconds: number(10), nanoseconds: number(11) },
    changed: { seconds: number(12), nanoseconds: number(13) },
  };
}
