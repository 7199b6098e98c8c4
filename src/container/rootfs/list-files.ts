import { closeSync, constants, openSync, readdirSync } from "node:fs";
import {
  fstatat,
  openat2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
} from "../../os/at.ts";
import { type ByteString, toPath } from "../../storage/tar/byte-string.ts";
import { openLowerChain } from "../../storage/tree/lower-chain.ts";
import { resolveInChain } from "../../storage/tree/resolve-in-chain.ts";
import { layersWith } from "../../volume/copy-up.ts";

export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/**
 * Lists a directory of an image or a container without mounting it; symlinks lead nowhere but inside of it.
 * @param directories of the layers' files, absolute, topmost first
 * @returns undefined where it is no directory
 */
export function listMerged(directories: readonly string[], path: string): DirectoryEntry[] | undefined {
  using chain = openLowerChain(directories);
  const resolved = resolveInChain(chain, Buffer.from(path).toString("latin1"));
  const node = resolved === undefined ? undefined : chain.find(resolved);
  if (resolved === undefined || node === undefined || (node.status.mode & S_IFMT) !== S_IFDIR)
    return undefined;
  const entries = new Map<string, DirectoryEntry | "hidden">();
  for (const directory of layersWith(directories, resolved)) addEntries(directory, resolved, entries);
  return [...entries.values()].filter((entry) => entry !== "hidden");
}

/** Adds the entries that no layer above has. A container may run meanwhile, and change the way to them. */
function addEntries(
  directory: string,
  path: ByteString,
  entries: Map<string, DirectoryEntry | "hidden">,
): void {
  using fds = new DisposableStack();
  const rootFd = fds.adopt(openSync(directory, constants.O_DIRECTORY), closeSync);
  const flags = { flags: constants.O_DIRECTORY, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS };
  const fd = fds.adopt(openat2(rootFd, path === "" ? "." : toPath(path), flags), closeSync);
  for (const name of readdirSync(`/proc/self/fd/${fd}`)) {
    if (entries.has(name)) continue;
    const { mode, major, minor } = fstatat(fd, name);
    const type = mode & S_IFMT;
    const isWhiteout = type === S_IFCHR && major === 0 && minor === 0;
    entries.set(name, isWhiteout ? "hidden" : { name, isDirectory: type === S_IFDIR });
  }
}
