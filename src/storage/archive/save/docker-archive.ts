import { dockerManifest } from "../../../oci/convert-manifest.ts";
import type { Descriptor } from "../../../oci/descriptor.ts";
import { type Digest, digestHex, sha256 } from "../../../oci/digest.ts";
import { mediaType } from "../../../oci/media-type.ts";
import { readBlobText } from "../../blobs/blobs.ts";
import type { StoredImage } from "../../images/stored-image.ts";
import type { Store } from "../../store.ts";
import type { SaveTarget } from "./save-target.ts";
import { layersOf, tarBytes } from "./saved-layer.ts";

export interface NamedImage {
  readonly image: StoredImage;
  /** Full references to save it under. */
  readonly names: readonly string[];
}

/**
 * Write images as `docker save` does: plain tars named by their diffID, so that layers that images share are
 * there once, and configs byte for byte, so that they load with the same IDs. What only Docker before 1.10
 * read is not written.
 * @returns the digest of the manifest that the last one has when it is loaded
 */
export async function saveDockerArchive(
  store: Store,
  images: readonly NamedImage[],
  { target, note }: { target: SaveTarget; note: (line: string) => void },
): Promise<Digest | undefined> {
  const items: object[] = [];
  let manifest: string | undefined;
  for (const { image, names } of images) {
    const layers = layersOf(image);
    const written: Descriptor[] = [];
    const files = layers.map(({ diffId }) => `${digestHex(diffId)}.tar`);
    for (const [index, layer] of layers.entries()) {
      note(`Copying blob ${layer.diffId}`);
      const tar = tarBytes(store, layer);
      await target.add(files[index] ?? "", tar);
      written.push({ mediaType: mediaType.dockerLayer, size: tar.size, digest: layer.diffId });
    }
    note(`Copying config ${image.id}`);
    const config = `${digestHex(image.id)}.json`;
    const content = Buffer.from(readBlobText(store, image.id));
    await target.add(config, content);
    manifest = dockerManifest({ digest: image.id, size: content.length }, written);
    items.push({ Config: config, RepoTags: names, Layers: files });
  }
  note("Writing manifest to image destination");
  await target.add("manifest.json", Buffer.from(JSON.stringify(items)));
  return manifest === undefined ? undefined : sha256(manifest);
}
