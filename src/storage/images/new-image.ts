import type { Descriptor } from "../../oci/descriptor.ts";
import { sha256 } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { writeBlob } from "../blobs/blobs.ts";
import type { Store } from "../store.ts";
import { addImage } from "./image-changes.ts";
import type { StoredImage } from "./stored-image.ts";

export interface NewImage {
  readonly config: ImageConfig;
  /** Base first; stored and unpacked. */
  readonly layers: readonly Descriptor[];
  /** A full reference; absent: known by its ID only. */
  readonly name?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Default "oci". With "docker" no layer may be compressed with zstd. */
  readonly format?: "oci" | "docker";
}

const TYPES = {
  oci: { manifest: mediaType.ociManifest, config: mediaType.ociConfig },
  docker: { manifest: mediaType.dockerManifest, config: mediaType.dockerConfig },
} as const;

const DOCKER_LAYERS: Readonly<Record<string, string>> = {
  [mediaType.ociLayer]: mediaType.dockerLayer,
  [mediaType.ociLayerGzip]: mediaType.dockerLayerGzip,
};
const OCI_LAYERS: Readonly<Record<string, string>> = {
  [mediaType.dockerLayer]: mediaType.ociLayer,
  [mediaType.dockerLayerGzip]: mediaType.ociLayerGzip,
};

/**
 * Make an image of layers that are here. The caller has a lease on the content. Takes the storage lock.
 * @throws {NotFoundError} If a layer is missing.
 */
export async function createImage(store: Store, image: NewImage): Promise<StoredImage> {
  const { config, layers, name, annotations, format = "oci" } = image;
  const configText = JSON.stringify(config);
  const types = TYPES[format];
  const known = format === "oci" ? OCI_LAYERS : DOCKER_LAYERS;
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: sha256(configText), size: Buffer.byteLength(configText) },
    layers: layers.map(({ mediaType: type, digest, size }) => ({
      mediaType: known[type] ?? type,
      digest,
      size,
    })),
    ...(annotations !== undefined && format === "oci" && { annotations }),
  };
  const text = JSON.stringify(manifest);
  writeBlob(store, configText);
  const digest = writeBlob(store, text);
  return addImage(store, { mediaType: types.manifest, digest, size: Buffer.byteLength(text) }, { name });
}
