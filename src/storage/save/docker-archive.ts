import { digestHex } from "../../oci/digest.ts";
import { readBlobText } from "../blobs.ts";
import type { Store } from "../store.ts";
import type { StoredImage } from "../stored-image.ts";
import type { SaveTarget } from "./save-target.ts";
import { layersOf, tarBytes } from "./saved-layer.ts";

export interface NamedImage {
  readonly image: StoredImage;
  /** Full references to save it under. */
  readonly names: readonly string[];
}

/**
 * Write images as `docker save` does: plain tars named by their diffID, so that layers that images share are there once, and
 * configs byte for byte, so that they load with the same IDs. What only Docker before 1.10 read is not written.
 */
export async function saveDockerArchive(
  store: Store,
  images: readonly NamedImage[],
  { target, note }: { target: SaveTarget; note: (line: string) => void },
): Promise<void> {
  const items: object[] = [];
  for (const { image, names } of images) {
    const layers = layersOf(image);
    const files = layers.map(({ diffId }) => `${digestHex(diffId)}.tar`);
    for (const [index, layer] of layers.entries()) {
      note(`Copying blob ${layer.diffId}`);
      await target.add(files[index] ?? "", tarBytes(store, layer));
    }
    note(`Copying config ${image.id}`);
    const config = `${digestHex(image.id)}.json`;
    await target.add(config, Buffer.from(readBlobText(store, image.id)));
    items.push({ Config: config, RepoTags: names, Layers: files });
  }
  note("Writing manifest to image destination");
  await target.add("manifest.json", Buffer.from(JSON.stringify(items)));
}
