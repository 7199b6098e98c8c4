import { closeSync, constants, mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TspodError } from "../../errors.ts";
import {
  AT_EMPTY_PATH,
  fstatat,
  O_PATH,
  openat2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  S_IFDIR,
  S_IFMT,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import type { ResolvedMount } from "../../spec/host-facts.ts";
import type { ContainerPaths } from "../state/paths.ts";

/**
 * A path in a volume or a mounted image, whose files a container may have made: symlinks there lead nowhere
 * but below its root, and what is found is mounted by its descriptor, so that nothing can be swapped between
 * the look and the mount.
 */
export interface Beneath {
  /** Absolute path of a directory that containers can't move. */
  readonly root: string;
  readonly path: string;
}

/**
 * Open (O_PATH) what the path leads to; the caller closes it.
 * @throws {TspodError} If there is nothing, or symlinks lead in circles.
 */
export function openBeneath({ root, path }: Beneath): number {
  const rootFd = openSync(root, O_PATH | constants.O_DIRECTORY);
  try {
    return openat2(rootFd, path, { flags: O_PATH, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) throw new TspodError("no such file or directory");
    if (hasCode(error, "ELOOP")) throw new TspodError("too many levels of symbolic links");
    throw error;
  } finally {
    closeSync(rootFd);
  }
}

/**
 * A mount of which only a part is asked for.
 * @param mount that of the whole
 * @param asked.index of the mount in the container's options
 * @param asked.isDirectory what the path leads to, where that is known
 * @param asked.whose for messages: `volume "x"`
 * @throws {TspodError} If there is nothing.
 */
export function withSubpath(
  mount: ResolvedMount,
  asked: Beneath & {
    readonly paths: ContainerPaths;
    readonly index: number;
    readonly isDirectory?: boolean;
    readonly whose: string;
  },
): ResolvedMount {
  const { root, path, paths, index, whose } = asked;
  const isDirectory = asked.isDirectory ?? isDirectoryBeneath({ root, path }, whose);
  return { ...mount, source: `${paths.runtime}/subpaths/${index}`, beneath: { root, path, isDirectory } };
}

function isDirectoryBeneath(beneath: Beneath, whose: string): boolean {
  try {
    const fd = openBeneath(beneath);
    try {
      return isDirectoryFd(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    throw new TspodError(`${whose} has no "${beneath.path}": ${error.message}`);
  }
}

/** Makes what the monitor mounts it on: a directory for a directory, a file for anything else. */
export function makeSubpathPlace(place: string, isDirectory: boolean): void {
  mkdirSync(isDirectory ? place : dirname(place), { recursive: true, mode: 0o700 });
  if (!isDirectory) writeFileSync(place, "");
}

/** Whether an open file is a directory. */
export function isDirectoryFd(fd: number): boolean {
  return (fstatat(fd, "", AT_EMPTY_PATH).mode & S_IFMT) === S_IFDIR;
}
