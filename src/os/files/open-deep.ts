import { closeSync, constants } from "node:fs";
import { O_PATH, openat2, openat2IfThere, RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS } from "../at.ts";
import { hasCode, type PathLike } from "../system-error.ts";

/** Bytes: what the kernel takes as one path is PATH_MAX, with a NUL at its end. */
const PATH_MAX = 4095;

const SLASH = 0x2f;

/** How a path is opened: O_ flags, RESOLVE_ flags. */
interface How {
  readonly flags: number;
  readonly mode?: number;
  readonly resolve?: number;
}

/**
 * openat2(2) for a clean path of any length. One that is longer than PATH_MAX is walked in pieces. Behind
 * the first piece no symlink is followed and nothing leads upward, whatever `resolve` says.
 * @returns a descriptor, the caller's to close
 * @throws {SystemError} With ELOOP for a symlink behind the first piece, also.
 * @see openat2(2)
 */
export function openDeep(dirFd: number, path: PathLike, how: How): number {
  if (isShort(path)) return openat2(dirFd, path, how);
  const bytes = Buffer.from(path);
  const pieces = piecesOf(bytes);
  const last = pieces.pop() ?? bytes;
  using open = new DisposableStack();
  let at = dirFd;
  let { resolve = 0 } = how;
  for (const piece of pieces) {
    const flags = O_PATH | constants.O_DIRECTORY;
    const fd = openat2(at, piece, { flags, resolve });
    open.adopt(fd, closeSync);
    at = fd;
    resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  }
  return openat2(at, last, { ...how, resolve });
}

/** As openDeep(), but undefined where nothing is there, or a forbidden symlink is on the way. */
export function openDeepIfThere(dirFd: number, path: PathLike, how: How): number | undefined {
  if (isShort(path)) return openat2IfThere(dirFd, path, how);
  try {
    return openDeep(dirFd, path, how);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

/** Three bytes a character at most. */
function isShort(path: PathLike): boolean {
  return path.length <= PATH_MAX / 3;
}

/** As long as the kernel takes them, without a slash in front but for that of the whole path. */
function piecesOf(path: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let rest = path;
  while (rest.length > PATH_MAX) {
    const slash = rest.lastIndexOf(SLASH, PATH_MAX);
    if (slash <= 0) break; // a name that is too long, as the kernel will say
    pieces.push(rest.subarray(0, slash));
    rest = rest.subarray(slash + 1);
  }
  return [...pieces, rest];
}
