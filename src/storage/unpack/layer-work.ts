import { fstatat } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, toPath } from "../tar/byte-string.ts";
import { splitPath } from "../tar/entry-path.ts";
import type { Attributes, Creator } from "../tree/attributes.ts";
import type { LayerTree } from "../tree/layer-tree.ts";

/** Notes about a directory: its attributes are set at the end, when nothing is made in it any more. */
export interface DirectoryNote {
  /** Undefined: no entry of its own, so it takes them from the layer below. */
  attributes: Attributes | undefined;
  opaque: boolean;
}

/** A layer that is being unpacked: its tree, and what has to be known until the end. */
export interface LayerWork {
  readonly tree: LayerTree;
  readonly creator: Creator;
  readonly directories: Map<ByteString, DirectoryNote>;
  /** Names that whiteouts stand at. */
  readonly whiteouts: Set<ByteString>;
  /** Hard links to files of the layers below, which need not be there yet: link → target. */
  readonly waiting: Map<ByteString, ByteString>;
  /** Files copied from the layers below for such links: target → the first link. */
  readonly copied: Map<ByteString, ByteString>;
}

/** Make something that replaces whatever an earlier entry has put there. */
export function makeNew<T>(
  work: LayerWork,
  path: ByteString,
  make: (dirFd: number, name: string | Buffer) => T,
): T {
  const { directory, name } = splitPath(path);
  try {
    return make(work.tree.directory(directory), toPath(name));
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    replace(work, path);
    return make(work.tree.directory(directory), toPath(name));
  }
}

/** Delete what has this name, and forget what was known of it and what is in it. */
export function replace(work: LayerWork, path: ByteString): void {
  work.tree.remove(path);
  work.whiteouts.delete(path);
  if (!work.directories.delete(path)) return;
  const inside = `${path}/`;
  for (const known of [work.directories, work.whiteouts, work.waiting]) {
    for (const other of known.keys()) if (other.startsWith(inside)) known.delete(other);
  }
}

/** Whether this layer has something of that name that is no whiteout. */
export function hasFile(work: LayerWork, path: ByteString): boolean {
  const { directory, name } = splitPath(path);
  if (name === "" || work.whiteouts.has(path)) return false;
  const dirFd = work.tree.existing(directory);
  if (dirFd === undefined) return false;
  try {
    fstatat(dirFd, toPath(name));
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Remember what an entry says of a directory. */
export function noteDirectory(work: LayerWork, path: ByteString, attributes: Attributes): void {
  work.directories.set(path, { attributes, opaque: work.directories.get(path)?.opaque ?? false });
}
