import type { Descriptor } from "./descriptor.ts";
import type { Manifest } from "./manifest.ts";
import { mediaType } from "./media-type.ts";
import { parseAnyManifest } from "./parse-manifest.ts";

/** The family of media types that a manifest uses. */
export type ManifestKind = "oci" | "docker";

export type LayerCompression = "gzip" | "zstd" | "none";

const MANIFEST_TYPES: Readonly<Record<ManifestKind, string>> = {
  oci: mediaType.ociManifest,
  docker: mediaType.dockerManifest,
};
const CONFIG_TYPES: Readonly<Record<ManifestKind, string>> = {
  oci: mediaType.ociConfig,
  docker: mediaType.dockerConfig,
};
const SUFFIX = { gzip: "gzip", zstd: "zstd", none: "" } as const;

/** The family that a media type of a manifest belongs to. */
export function manifestKind(type: string): ManifestKind {
  return type === mediaType.dockerManifest || type === mediaType.dockerManifestList ? "docker" : "oci";
}

/** The media type of a manifest. */
export function manifestType(kind: ManifestKind): string {
  return MANIFEST_TYPES[kind];
}

/** The compression that a layer's media type names. */
export function layerCompression(type: string): LayerCompression {
  if (type.endsWith("gzip")) return "gzip";
  return type.endsWith("zstd") ? "zstd" : "none";
}

/** Whether a layer is fetched from its URLs, and not stored with its image. */
export function isForeignLayer({ mediaType: type, urls = [] }: Descriptor): boolean {
  return isNondistributable(type) && urls.length > 0;
}

/** The media type of a layer in another family, or with another compression. Docker has no zstd. */
export function layerType(type: string, kind: ManifestKind, compression: LayerCompression): string {
  const suffix = SUFFIX[compression];
  if (kind === "docker") {
    const base = isNondistributable(type)
      ? "application/vnd.docker.image.rootfs.foreign.diff.tar"
      : mediaType.dockerLayer;
    return suffix === "" ? base : `${base}.${suffix}`;
  }
  const base = isNondistributable(type)
    ? "application/vnd.oci.image.layer.nondistributable.v1.tar"
    : mediaType.ociLayer;
  return suffix === "" ? base : `${base}+${suffix}`;
}

function isNondistributable(type: string): boolean {
  return /\.(?:foreign|nondistributable)\./.test(type);
}

/**
 * The manifest of the same image with other layers, or of the other family. The config stays as it is, and so
 * does the image's ID. Members that are not known here stay, except for annotations, which Docker's family
 * lacks.
 * @param text the manifest as it is stored
 * @param layers one for each of its layers
 */
export function convertManifest(text: string, kind: ManifestKind, layers: readonly Descriptor[]): string {
  const manifest = parseAnyManifest(text);
  const converted: Manifest = {
    ...manifest,
    mediaType: MANIFEST_TYPES[kind],
    config: { ...manifest.config, mediaType: configType(manifest.config, kind) },
    layers,
  };
  if (kind === "oci") return JSON.stringify(converted);
  const { annotations: _, ...rest } = converted;
  return JSON.stringify({ ...rest, layers: layers.map(withoutAnnotations) });
}

/** An artifact's config has a media type of its own. */
function configType({ mediaType: type }: Descriptor, kind: ManifestKind): string {
  return Object.values(CONFIG_TYPES).includes(type) ? CONFIG_TYPES[kind] : type;
}

function withoutAnnotations({ annotations: _, ...layer }: Descriptor): Descriptor {
  return layer;
}

/** The manifest for an image in an archive that has none. */
export function dockerManifest(
  config: Pick<Descriptor, "digest" | "size">,
  layers: readonly Descriptor[],
): string {
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaType.dockerManifest,
    config: { mediaType: mediaType.dockerConfig, size: config.size, digest: config.digest },
    layers,
  };
  return JSON.stringify(manifest);
}
