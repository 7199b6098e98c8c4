import { native } from "./native.ts";
import { checked, checkedBytes, isErrno, type PathLike } from "./system-error.ts";

/**
 * Sets an attribute. Does not follow a last symlink.
 * @throws {SystemError}
 */
export function lsetxattr(path: PathLike, name: PathLike, value: Uint8Array): void {
  checked(native.lsetxattr(path, name, value, 0), "lsetxattr", path);
}

/** @throws {SystemError} With ENODATA if there is no such attribute. */
export function lgetxattr(path: PathLike, name: PathLike): Buffer {
  return checkedBytes(native.lgetxattr(path, name), "lgetxattr", path);
}

/**
 * The names of the attributes; one byte a character (latin1), so that any name survives a round trip by
 * Buffer.from(name, "latin1").
 * @throws {SystemError}
 */
export function llistxattr(path: PathLike): string[] {
  return namesIn(checkedBytes(native.llistxattr(path), "llistxattr", path));
}

/**
 * Sets an attribute of an open file; O_PATH descriptors are allowed. Of an open symlink it is the symlink's
 * own.
 * @throws {SystemError}
 */
export function fsetxattr(fd: number, name: PathLike, value: Uint8Array): void {
  checked(native.fsetxattr(fd, name, value, 0), "fsetxattr");
}

/**
 * Reads an attribute of an open file, as fsetxattr() sets it.
 * @throws {SystemError} With ENODATA if there is no such attribute.
 */
export function fgetxattr(fd: number, name: PathLike): Buffer {
  return checkedBytes(native.fgetxattr(fd, name), "fgetxattr");
}

/**
 * As fgetxattr(), but undefined where there is no such attribute, where the file system has none, and where
 * they are not ours to read.
 */
export function fgetxattrIfThere(fd: number, name: PathLike): Buffer | undefined {
  return orUndefined(native.fgetxattr(fd, name), "fgetxattr");
}

/** As lgetxattr(), but undefined as fgetxattrIfThere(), and where nothing has that path. */
export function lgetxattrIfThere(path: PathLike, name: PathLike): Buffer | undefined {
  return orUndefined(native.lgetxattr(path, name), "lgetxattr", path);
}

function orUndefined(result: Buffer | number, syscall: string, path?: PathLike): Buffer | undefined {
  return isErrno(result, "ENODATA", "ENOENT", "ENOTSUP", "EPERM")
    ? undefined
    : checkedBytes(result, syscall, path);
}

/**
 * As llistxattr(), for an open file.
 * @throws {SystemError}
 */
export function flistxattr(fd: number): string[] {
  return namesIn(checkedBytes(native.flistxattr(fd), "flistxattr"));
}

/** Splits names that each end in a NUL. */
function namesIn(bytes: Buffer): string[] {
  const names = bytes.toString("latin1");
  return names === "" ? [] : names.slice(0, -1).split("\0");
}
