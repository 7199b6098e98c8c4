import { join } from "node:path";
import type { Digest } from "../../oci/digest.ts";
import { AT_FDCWD, S_IFDIR, S_IFMT, S_IFREG } from "../../os/at.ts";
import { readLayer } from "../../storage/layers/layers.ts";
import type { Store } from "../../storage/store.ts";
import { type HeldFile, holdFile } from "../../storage/tree/held-file.ts";
import { walkTree } from "../../storage/tree/walk-tree.ts";
import type { Container } from "../state/list.ts";

/** Bytes of files. */
export interface ContainerSize {
  /** In the container's own layer. */
  readonly rwSize: number;
  /** In that and the image. */
  readonly rootFsSize: number;
}

/** What `ps --size` and `inspect --size` say; walks the container's own layer. */
export function containerSize(store: Store, { record, paths }: Container): ContainerSize {
  const rwSize = treeSize(join(paths.directory, "upper"));
  const image = record.chainIds.reduce((sum, chainId) => sum + layerSize(store, chainId), 0);
  return { rwSize, rootFsSize: rwSize + image };
}

function layerSize(store: Store, chainId: Digest): number {
  try {
    return readLayer(store, chainId).size;
  } catch {
    return 0; // a damaged layer is reported by `system check`
  }
}

/**
 * Bytes of the files in a directory and below; 0 where it is not there. A container may swap names meanwhile:
 * no symlink is followed.
 * @param directory absolute path
 */
export function treeSize(directory: string): number {
  using held = holdFile({ dirFd: AT_FDCWD, name: directory });
  return held === undefined ? 0 : sizeOf(held);
}

function sizeOf(held: HeldFile): number {
  if ((held.status.mode & S_IFMT) !== S_IFDIR) return fileSize(held);
  let size = 0;
  for (const visit of walkTree(held, { lenient: true }))
    if (visit.kind === "node") size += fileSize(visit.held);
  return size;
}

function fileSize({ status }: Pick<HeldFile, "status">): number {
  return (status.mode & S_IFMT) === S_IFREG ? status.size : 0;
}
