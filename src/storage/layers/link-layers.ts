import { rmSync, symlinkSync } from "node:fs";
import { NotFoundError } from "../../errors.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { acquireLock } from "../../os/file-lock.ts";
import type { Store } from "../store.ts";
import { moveToTrash } from "../tmp-directory.ts";
import { hasLayer, layerPath } from "./layer-record.ts";

/**
 * Make layers of another store ours, each as a symlink to it: all that reads a layer finds it at its place.
 * What is here already stays. The caller sees to it that something refers to them.
 * @throws {NotFoundError} If one is in neither store.
 */
export async function linkLayers(store: Store, other: Store, chainIds: readonly Digest[]): Promise<void> {
  for (const chainId of chainIds) if (!hasLayer(store, chainId)) await linkLayer(store, other, chainId);
}

async function linkLayer(store: Store, other: Store, chainId: Digest): Promise<void> {
  if (!hasLayer(other, chainId))
    throw new NotFoundError(`layer "${chainId}" is not in the image store "${other.root}"`);
  const lockPath = `${store.locks}/layers/${digestHex(chainId)}.lock`;
  using _lock = await acquireLock(lockPath);
  using undo = new DisposableStack();
  undo.defer(() => rmSync(lockPath, { force: true })); // as in unpack-layer.ts
  if (hasLayer(store, chainId)) return;
  const place = layerPath(store, chainId);
  moveToTrash(store, place); // a link into a store that has gone, or a layer without its record
  symlinkSync(layerPath(other, chainId), place);
}
