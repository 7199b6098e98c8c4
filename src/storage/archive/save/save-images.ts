import type { ManifestKind } from "../../../oci/convert-manifest.ts";
import { type Descriptor, totalSize } from "../../../oci/descriptor.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { TransferCounter } from "../../../options/format-transfer.ts";
import type { Store } from "../../store.ts";
import { type NamedImage, saveDockerArchive } from "./docker-archive.ts";
import { countedTarget, directoryTarget, type SaveTarget, tarTarget } from "./save-target.ts";
import { layersOf, tarBytes } from "./saved-layer.ts";
import { type LayerForm, saveDirectory, saveOciLayout } from "./with-manifest.ts";

export type { NamedImage } from "./docker-archive.ts";
export type { LayerForm } from "./with-manifest.ts";

export const SAVE_FORMATS = ["oci-dir", "oci-archive", "docker-dir", "docker-archive"] as const;
export type SaveFormat = (typeof SAVE_FORMATS)[number];

export interface SaveOptions {
  readonly format: SaveFormat;
  /** For all formats but docker-archive, whose layers are plain. */
  readonly layers: LayerForm;
  /** For docker-dir: the manifest's form; default that of Docker, "stored" keeps it as it is. */
  readonly manifest?: ManifestKind | "stored";
  /** For OCI layouts: what index.json has already. */
  readonly others?: readonly Descriptor[];
  /**
   * Absolute path of a directory, for the formats that are one; otherwise a function that takes the archive's
   * bytes, in order.
   */
  readonly output: string | ((bytes: Uint8Array) => void);
  /** Told what is being done, a line each. */
  readonly note: (line: string) => void;
  readonly counter?: TransferCounter | undefined;
  /** Ends it; what was written stays. */
  readonly signal?: AbortSignal;
}

/**
 * Write images to an archive or directory. The image ID is the same wherever it is loaded; with OCI formats
 * its manifest and layers are, byte for byte.
 * @param images one; several for docker-archive only
 * @returns the digest of the (last) manifest
 * @throws {TspodError} If a layer's blob is not here.
 */
export async function saveImages(
  store: Store,
  images: readonly NamedImage[],
  options: SaveOptions,
): Promise<Digest | undefined> {
  const { format, output, note, signal, counter } = options;
  counter?.begin("Writing", expectedSize(store, images, options));
  const plain: SaveTarget =
    typeof output === "string"
      ? directoryTarget(output, signal)
      : tarTarget((bytes) => {
          signal?.throwIfAborted();
          output(bytes);
        });
  const target = counter === undefined ? plain : countedTarget(plain, counter);
  const digest =
    format === "docker-archive"
      ? await saveDockerArchive(store, images, { target, note })
      : await saveEach(store, images, { ...options, target });
  target.end();
  return digest;
}

/** Bytes of all layers as they are written; 0 where only compressing them will tell. */
function expectedSize(
  store: Store,
  images: readonly NamedImage[],
  { format, layers: form }: Pick<SaveOptions, "format" | "layers">,
): number {
  const layers = new Map(images.flatMap(({ image }) => layersOf(image)).map((each) => [each.diffId, each]));
  const all = [...layers.values()];
  if (format === "docker-archive" || form === "plain")
    return totalSize(all.map((layer) => ({ size: tarBytes(store, layer).size })));
  return form === "stored" ? totalSize(all.map(({ descriptor }) => descriptor)) : 0;
}

async function saveEach(
  store: Store,
  images: readonly NamedImage[],
  { format, manifest = "docker", target, layers, others = [], note }: SaveOptions & { target: SaveTarget },
): Promise<Digest | undefined> {
  const kind = manifest === "stored" ? undefined : manifest;
  let digest: Digest | undefined;
  for (const image of images) {
    digest =
      format === "docker-dir"
        ? await saveDirectory(store, image, { target, layers, note, kind })
        : await saveOciLayout(store, image, { target, layers, note, others });
  }
  return digest;
}
