import { closeSync, constants } from "node:fs";
import { basename, posix } from "node:path";
import { isWithin } from "../../options/is-within.ts";
import {
  type FileStatus,
  fstatat,
  O_PATH,
  openat2,
  readlinkat,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";

/** Where paths begin, and how they may be walked: in a container, nothing leads out of its root. */
export interface FileRoot {
  readonly fd: number;
  /** RESOLVE_ flags of openat2(2). */
  readonly resolve: number;
  /** Directories that are going to be mounted where nothing is yet: absolute paths there. */
  readonly planned?: readonly PlannedMount[];
  /** device:inode of directories whose content the kernel makes. */
  readonly emptied?: readonly string[];
}

export interface PlannedMount {
  readonly destination: string;
  /** A descriptor of the directory that is mounted there. */
  readonly fd: number;
  readonly readOnly: boolean;
}

/** A name in a directory that is held open: never a symlink itself. Disposing closes the directory. */
export interface Located extends Disposable {
  readonly dirFd: number;
  /** `.` where the path says no name: the directory itself. */
  readonly name: string;
  /** Absent: there is nothing of that name. */
  readonly status?: FileStatus;
  /** The name that the root of a planned mount is going to have. */
  readonly mountPoint?: string;
  /** Whether the planned mount in which it lies is read-only. */
  readonly readOnly?: boolean;
}

const LINKS_MAX = 40; // as the kernel, path_resolution(7)

/**
 * Follow a path to its end, its last symlink too, one that leads nowhere to where that would be.
 * @returns undefined where a directory on the way is not there
 */
export function locate(root: FileRoot, path: string): Located | undefined {
  const planned = plannedMount(root, path);
  if (planned === undefined) return locateIn(root, path);
  const { mount, rest } = planned;
  const found = locateIn({ fd: mount.fd, resolve: root.resolve }, rest === "" ? "." : rest);
  return (
    found && {
      ...found,
      readOnly: mount.readOnly,
      ...(rest === "" && { mountPoint: basename(mount.destination) }),
    }
  );
}

/** The innermost one that a path leads into, and what is left of the path. */
function plannedMount(
  { planned = [] }: FileRoot,
  path: string,
): { mount: PlannedMount; rest: string } | undefined {
  const clean = posix.resolve("/", path);
  const [mount] = planned
    .filter(({ destination }) => isWithin(clean, destination))
    .sort((a, b) => b.destination.length - a.destination.length);
  return mount && { mount, rest: clean.slice(mount.destination.length + 1) };
}

function locateIn(root: FileRoot, path: string): Located | undefined {
  let at = path;
  for (let links = 0; links < LINKS_MAX; links++) {
    const [directory, name] = splitLast(at);
    const dirFd = openDirectory(root, directory);
    if (dirFd === undefined) return undefined;
    const status = statusOf(dirFd, name);
    if (status === undefined || (status.mode & S_IFMT) !== S_IFLNK) {
      return { dirFd, name, ...(status && { status }), [Symbol.dispose]: () => closeSync(dirFd) };
    }
    const magic = magicStatus(root, dirFd, name);
    if (magic !== undefined) return { dirFd, name, status: magic, [Symbol.dispose]: () => closeSync(dirFd) };
    const target = readlinkat(dirFd, name).toString();
    closeSync(dirFd);
    at = target.startsWith("/") ? target : `${directory}/${target}`;
  }
  return undefined;
}

/**
 * Of a link of /proc (/dev/stdout, /dev/fd/N) to a pipe, a socket or a terminal: its text is no path. Only on
 * the host, since nothing else may follow such a link.
 */
function magicStatus({ resolve }: FileRoot, dirFd: number, name: string): FileStatus | undefined {
  if (resolve !== 0) return undefined;
  try {
    const status = fstatat(dirFd, name, 0);
    const type = status.mode & S_IFMT;
    return type === S_IFDIR || type === S_IFREG ? undefined : status;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}

/** Slashes at the end do not count; `.` and `..` are no names, but part of the way. */
export function splitLast(path: string): [directory: string, name: string] {
  const stripped = path.replace(/\/+$/, "");
  const slash = stripped.lastIndexOf("/");
  const name = stripped.slice(slash + 1);
  if (name === "" || name === "." || name === "..") return [stripped || (path === "" ? "." : "/"), "."];
  return [slash < 0 ? "." : stripped.slice(0, slash) || "/", name];
}

function openDirectory({ fd, resolve }: FileRoot, path: string): number | undefined {
  try {
    return openat2(fd, path, { flags: O_PATH | constants.O_DIRECTORY, resolve });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

/**
 * Open a directory that was found, and no symlink that a process in the container has put into its place
 * since: that might lead out. The caller closes it.
 */
export function openNamedDirectory({ dirFd, name }: Pick<Located, "dirFd" | "name">): number {
  return openat2(dirFd, name, { flags: O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW });
}

export function statusOf(dirFd: number, name: string | Buffer): FileStatus | undefined {
  try {
    return fstatat(dirFd, name);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
