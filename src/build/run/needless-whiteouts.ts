import { closeSync, constants, openSync } from "node:fs";
import { AT_EMPTY_PATH, type FileStatus, fstatat, S_IFCHR, S_IFMT, unlinkat } from "../../os/at.ts";
import { openLowerChain } from "../../storage/tree/lower-chain.ts";
import { walkTree } from "../../storage/tree/walk-tree.ts";

/**
 * Take the whiteouts out of a layer that hide nothing: in a directory that no layer below has, overlayfs
 * would list them.
 * @param upper absolute path of the layer's files
 * @param lowers absolute paths of the layers below, topmost first
 */
export function removeNeedlessWhiteouts(upper: string, lowers: readonly string[]): void {
  using below = openLowerChain(lowers);
  const fd = openSync(upper, constants.O_DIRECTORY);
  try {
    const root = { fd, status: fstatat(fd, "", AT_EMPTY_PATH) };
    for (const visit of walkTree(root))
      if (visit.kind === "node" && isWhiteout(visit.held.status) && below.find(visit.path) === undefined)
        unlinkat(visit.dirFd, visit.name);
  } finally {
    closeSync(fd);
  }
}

function isWhiteout({ mode, major, minor }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFCHR && major === 0 && minor === 0;
}
