import type { Descriptor } from "./descriptor.ts";
import { isConfigType } from "./media-type.ts";

/** One image for one platform. @see https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * A list of manifests, one a platform. @see
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export interface Index {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
  /** What the list is about: an image, or another list. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Whether a manifest is that of an image, and of no artifact: it has layers that can be unpacked. */
export function isImageManifest({ config, layers }: Manifest): boolean {
  return isConfigType(config.mediaType) && layers.every(isLayer);
}

/** Whether a descriptor is that of an image's layer. */
export function isLayer({ mediaType }: Descriptor): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\.[\w.-]*tar/.test(mediaType);
}
