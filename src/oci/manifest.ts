import type { Descriptor } from "./descriptor.ts";

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
