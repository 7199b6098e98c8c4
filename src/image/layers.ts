import type { Digest } from "../oci/digest.ts";
import type { StoredImage } from "../storage/images/stored-image.ts";
import { layerFiles, soundLayer } from "../storage/layers/layers.ts";
import type { Store } from "../storage/store.ts";

/** Absolute paths of the directories of an image's files, topmost layer first. */
export function imageDirectories(
  store: Store,
  { chainIds, readOnlyStore = store }: Pick<StoredImage, "chainIds" | "readOnlyStore">,
): string[] {
  return chainIds.map((chainId) => layerFiles(readOnlyStore, chainId)).reverse();
}

/** Bytes of a layer's uncompressed tar; 0 where the layer is not here. */
export function layerSize(store: Store, chainId: Digest): number {
  return soundLayer(store, chainId)?.size ?? 0;
}
