import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../../oci/digest.ts";
import { readLayer } from "../../storage/layers/layers.ts";
import type { Store } from "../../storage/store.ts";
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
    return 0; // a damaged layer is for `system check` to tell
  }
}

/** Bytes of the files in a directory and below; 0 where it is not there. */
export function treeSize(directory: string): number {
  let size = 0;
  for (const entry of readEntries(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) size += treeSize(path);
    else if (entry.isFile()) size += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return size;
}

function readEntries(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // not there yet, or gone while the container runs
  }
}
