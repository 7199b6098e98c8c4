import { closeSync, constants, openSync, readdirSync } from "node:fs";
import { S_IFCHR, S_IFDIR, S_IFMT, unlinkat } from "../../os/addon.ts";
import { holdFile } from "../../storage/tree/held-file.ts";
import { type LowerChain, openLowerChain } from "../../storage/tree/lower-chain.ts";

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
    removeIn(fd, "", below);
  } finally {
    closeSync(fd);
  }
}

function removeIn(fd: number, path: string, below: LowerChain): void {
  for (const name of readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" })) {
    using held = holdFile({ dirFd: fd, name });
    if (held === undefined) continue;
    const { mode, major, minor } = held.status;
    const own = [path, name.toString("latin1")].filter(Boolean).join("/");
    if ((mode & S_IFMT) === S_IFDIR) removeIn(held.fd, own, below);
    const isWhiteout = (mode & S_IFMT) === S_IFCHR && major === 0 && minor === 0;
    if (isWhiteout && below.find(own) === undefined) unlinkat(fd, name);
  }
}
