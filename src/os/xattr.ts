import { native } from "./native.ts";
import { checked, checkedBytes, type PathLike } from "./system-error.ts";

/**
 * Follows a last symlink.
 * @throws {SystemError}
 */
export function setxattr(path: PathLike, name: PathLike, value: Uint8Array): void {
  checked(native.setxattr(path, name, value, 0), "setxattr", path);
}

/**
 * Does not follow a last symlink.
 * @throws {SystemError}
 */
export function lsetxattr(path: PathLike, name: PathLike, value: Uint8Array): void {
  checked(native.lsetxattr(path, name, value, 0), "lsetxattr", path);
}

/**
 * On an open file; not with O_PATH (EBADF).
 * @throws {SystemError}
 */
export function fsetxattr(fd: number, name: PathLike, value: Uint8Array): void {
  checked(native.fsetxattr(fd, name, value, 0), "fsetxattr");
}

/** @throws {SystemError} With ENODATA if there is no such attribute. */
export function lgetxattr(path: PathLike, name: PathLike): Buffer {
  return checkedBytes(native.lgetxattr(path, name), "lgetxattr", path);
}

/**
 * The names of the attributes; one byte a character (latin1), so that any name survives a round trip by Buffer.from(name, "latin1").
 * @throws {SystemError}
 */
export function llistxattr(path: PathLike): string[] {
  const names = checkedBytes(native.llistxattr(path), "llistxattr", path).toString("latin1");
  return names === "" ? [] : names.slice(0, -1).split("\0");
}

/** @throws {SystemError} */
export function lremovexattr(path: PathLike, name: PathLike): void {
  checked(native.lremovexattr(path, name), "lremovexattr", path);
}
