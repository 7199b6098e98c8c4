import { InUseError } from "../errors.ts";
import { digestHex } from "../oci/digest.ts";
import { isImageUsed } from "../storage/images/image-removal.ts";
import { listImages, type StoredImage } from "../storage/images/stored-image.ts";
import { collectUnreferenced } from "../storage/images/unreferenced.ts";
import type { Store } from "../storage/store.ts";
import { removeImage } from "./remove.ts";

export interface UnusedImages {
  /** Also remove images that have a name. */
  readonly all: boolean;
  readonly fits: (image: StoredImage) => boolean;
  /** Called after each removal, with the ID in hex. */
  readonly removed: (id: string) => void;
}

/** Remove the images that no container and no volume uses; one that comes into use meanwhile stays. */
export async function removeUnusedImages(store: Store, { all, fits, removed }: UnusedImages): Promise<void> {
  for (const image of listImages(store)) {
    if (!all && image.names.length > 0) continue;
    if (!fits(image) || isImageUsed(store, image)) continue;
    try {
      await removeImage(store, image);
    } catch (error) {
      if (error instanceof InUseError) continue;
      throw error;
    }
    removed(digestHex(image.id));
  }
  // What containers had of other stores' images, which are not removed here: copies for other ids, too.
  if (store.others !== undefined) await collectUnreferenced(store);
}

/** Remove what no image refers to any more: what is left of pulls and removals that were killed. */
export async function removeLeftovers(store: Store): Promise<void> {
  await collectUnreferenced(store);
}
