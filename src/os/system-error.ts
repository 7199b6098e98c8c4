import { getSystemErrorMessage, getSystemErrorName } from "node:util";

/** A file name or path: text, or the bytes as they are where they need not be UTF-8. */
export type PathLike = string | Uint8Array;

/** A failed system call, in the shape of Node's own: `ENOENT: no such file or directory, mount 'a' -> 'b'`. */
export interface SystemError extends Error {
  code: string;
  /** Negative, as Node has it. */
  errno: number;
  syscall: string;
  path?: string;
  dest?: string;
}

function text(path: PathLike): string {
  return typeof path === "string" ? path : Buffer.from(path).toString();
}

/** @param errno negative, as the addon answers it */
export function systemError(
  errno: number,
  syscall: string,
  { path, dest }: { path?: PathLike | undefined; dest?: PathLike | undefined } = {},
): SystemError {
  const code = getSystemErrorName(errno);
  const where =
    path === undefined ? "" : ` '${text(path)}'${dest === undefined ? "" : ` -> '${text(dest)}'`}`;
  const error = new Error(`${code}: ${getSystemErrorMessage(errno)}, ${syscall}${where}`);
  return Object.assign(error, {
    code,
    errno,
    syscall,
    ...(path === undefined ? {} : { path: text(path) }),
    ...(dest === undefined ? {} : { dest: text(dest) }),
  });
}

/**
 * A result of the addon: the number, if it is not a negative errno.
 * @throws {SystemError} If it is one.
 */
export function checked(result: number, syscall: string, path?: PathLike, dest?: PathLike): number {
  if (result < 0) throw systemError(result, syscall, { path, dest });
  return result;
}

/**
 * The same for calls that answer with bytes.
 * @throws {SystemError} If it is a negative errno.
 */
export function checkedBytes(result: Buffer | number, syscall: string, path?: PathLike): Buffer {
  if (typeof result === "number") throw systemError(result, syscall, { path });
  return result;
}

/** Whether `error` is a system call's error with one of the codes, e.g. `hasCode(error, "ENOENT", "ENOTDIR")`. */
export function hasCode(error: unknown, ...codes: string[]): error is SystemError {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
