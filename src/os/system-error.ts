import { getSystemErrorMessage, getSystemErrorName } from "node:util";

/** A file name or path: text, or bytes where it need not be UTF-8. */
export type PathLike = string | Uint8Array;

/**
 * A failed system call, in the shape of Node's own: `ENOENT: no such file or directory, mount 'a' -> 'b'`.
 */
export interface SystemError extends Error {
  code: string;
  /** Negative, as Node has it. */
  errno: number;
  syscall: string;
  path?: string;
  dest?: string;
}

function text(path: PathLike): string {
  return path instanceof Uint8Array ? Buffer.from(path).toString() : String(path);
}

/** Errors for which libuv, and so Node's own table, has no name. */
const MORE_MESSAGES: Readonly<Record<string, string>> = {
  ECHILD: "no child processes",
  EDQUOT: "disk quota exceeded",
  ESTALE: "stale file handle",
};

/** Looked up when it is needed: loading node:os takes 1 % of the time of a `ps`. */
function errnos(): Readonly<Record<string, number>> {
  return process.getBuiltinModule("node:os").constants.errno;
}

/** Node's names: EOPNOTSUPP is ENOTSUP there. */
function describe(errno: number): [code: string, message: string] {
  // The map of all would be made anew at each call, which a walk over many files feels.
  const name = getSystemErrorName(errno);
  const message = getSystemErrorMessage(errno);
  if (name !== undefined && message !== undefined && !name.startsWith("Unknown")) return [name, message];
  const code = Object.entries(errnos()).find(([, number]) => number === -errno)?.[0] ?? `E${-errno}`;
  return [code, MORE_MESSAGES[code] ?? `system error ${-errno}`];
}

/** @param errno negative, as the addon answers it */
function systemError(
  errno: number,
  syscall: string,
  { path, dest }: { path?: PathLike | undefined; dest?: PathLike | undefined } = {},
): SystemError {
  const [code, message] = describe(errno);
  const where =
    path === undefined ? "" : ` '${text(path)}'${dest === undefined ? "" : ` -> '${text(dest)}'`}`;
  const error = new Error(`${code}: ${message}, ${syscall}${where}`);
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

/** <asm-generic/errno.h>: those that say that something is not there. */
const ERRNOS = { EPERM: 1, ENOENT: 2, ENOTDIR: 20, ELOOP: 40, ENODATA: 61, ENOTSUP: 95 } as const;

/**
 * Whether a result of the addon is one of these errors. For what is often absent: an Error with its stack
 * takes 10 µs, and a `run` met twenty.
 */
export function isErrno(result: unknown, ...codes: (keyof typeof ERRNOS)[]): boolean {
  return typeof result === "number" && codes.some((code) => result === -ERRNOS[code]);
}

/**
 * As checked(), for calls that return bytes.
 * @throws {SystemError} If it is a negative errno.
 */
export function checkedBytes(result: Buffer | number, syscall: string, path?: PathLike): Buffer {
  if (typeof result === "number") throw systemError(result, syscall, { path });
  return result;
}

/**
 * Whether `error` is a system call's error with one of the codes, e.g. `hasCode(error, "ENOENT", "ENOTDIR")`.
 */
export function hasCode(error: unknown, ...codes: string[]): error is SystemError {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Errors for which libuv has other words than strerror(3). */
const STRERROR: Readonly<Record<string, string>> = {
  EISDIR: "is a directory",
  EEXIST: "file exists",
  ELOOP: "too many levels of symbolic links",
};

/**
 * The reason alone, without code, call and path: `permission denied`. It is for messages that name the rest
 * as the user does.
 */
export function systemErrorReason({ code, errno }: SystemError): string {
  return STRERROR[code] ?? describe(-Math.abs(errno))[1]; // rmSync() has a positive one
}

/** Whether a system call failed: Node's own error, or ours. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "syscall" in error && "errno" in error && typeof error.errno === "number";
}

/**
 * Turns an error of writing a file under another name, or by a descriptor, into one of writing `path`, which
 * is the file that the user knows of.
 */
export function asWriteOf(error: unknown, path: string): unknown {
  return isSystemError(error) ? Object.assign(error, { syscall: "write", path, dest: undefined }) : error;
}
