import { renameSync } from "node:fs";
import type { Digest } from "../../oci/digest.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../store.ts";
import { moveToTrash } from "../tmp-directory.ts";
import { hasLayer, layerPath } from "./layer-record.ts";

/**
 * Move a directory with a layer's files and record to its place. The caller has flushed it, and holds the
 * layer's lock.
 * @param made absolute path
 */
export function commitLayer(store: Store, made: string, chainId: Digest): void {
  const place = layerPath(store, chainId);
  try {
    renameSync(made, place);
  } catch (error) {
    if (!hasCode(error, "EEXIST", "ENOTEMPTY", "ENOTDIR")) throw error;
    if (hasLayer(store, chainId)) return;
    // A directory without its record: not one of ours, or damaged. Or a link that leads nowhere.
    moveToTrash(store, place);
    renameSync(made, place);
  }
}
