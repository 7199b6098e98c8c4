import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex, sha256 } from "../../oci/digest.ts";
import type { Index, Manifest } from "../../oci/manifest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { readBlobText } from "../blobs.ts";
import type { Store } from "../store.ts";
import type { NamedImage } from "./docker-archive.ts";
import { layoutBlob, type SaveTarget } from "./save-target.ts";
import {
  compressionOf,
  gzippedBytes,
  layersOf,
  type SavedLayer,
  storedBytes,
  tarBytes,
} from "./saved-layer.ts";

/** How layers are saved: as they are stored, or made plain tars or gzip where they aren't. */
export type LayerForm = "stored" | "plain" | "gzip";

interface Saving {
  readonly target: SaveTarget;
  readonly layers: LayerForm;
  readonly note: (line: string) => void;
}

/**
 * Write one image as an OCI layout. As it is stored, byte for byte, where it is an OCI image and its layers stay as they are;
 * else with a manifest of its own.
 */
export async function saveOciLayout(
  store: Store,
  { image, names }: NamedImage,
  saving: Saving,
): Promise<void> {
  const layers = await writeLayers(store, layersOf(image), { ...saving, nameOf: layoutBlob, kind: "oci" });
  await writeConfig(store, image.id, { ...saving, name: layoutBlob(image.id) });
  const stored = readBlobText(store, image.manifestDigest);
  const unchanged = image.mediaType === mediaType.ociManifest && isSame(layers, image.manifest.layers);
  const manifest = unchanged ? stored : manifestOf("oci", image.manifest, layers);
  saving.note("Writing manifest to image destination");
  const descriptor = {
    mediaType: mediaType.ociManifest,
    digest: sha256(manifest),
    size: Buffer.byteLength(manifest),
  };
  await saving.target.add(layoutBlob(descriptor.digest), Buffer.from(manifest));
  const entries = (names.length === 0 ? [undefined] : names).map((name) => ({
    ...descriptor,
    ...(name !== undefined && { annotations: { "org.opencontainers.image.ref.name": name } }),
  }));
  const index: Index = { schemaVersion: 2, manifests: entries };
  await saving.target.add("index.json", Buffer.from(JSON.stringify(index)));
  await saving.target.add("oci-layout", Buffer.from('{"imageLayoutVersion": "1.0.0"}'));
}

/** Write one image as skopeo's `dir:` has it, with a manifest of Docker's. It knows no zstd: such layers become gzip. */
export async function saveDockerDirectory(
  store: Store,
  { image }: NamedImage,
  saving: Saving,
): Promise<void> {
  const layers = await writeLayers(store, layersOf(image), { ...saving, nameOf: digestHex, kind: "docker" });
  await writeConfig(store, image.id, { ...saving, name: digestHex(image.id) });
  const unchanged = image.mediaType === mediaType.dockerManifest && isSame(layers, image.manifest.layers);
  const stored = readBlobText(store, image.manifestDigest);
  saving.note("Writing manifest to image destination");
  const manifest = unchanged ? stored : manifestOf("docker", image.manifest, layers);
  await saving.target.add("manifest.json", Buffer.from(manifest));
  await saving.target.add("version", Buffer.from("Directory Transport Version: 1.1\n"));
}

type Kind = "oci" | "docker";

const LAYER_TYPES = {
  oci: { gzip: mediaType.ociLayerGzip, zstd: mediaType.ociLayerZstd, none: mediaType.ociLayer },
  docker: { gzip: mediaType.dockerLayerGzip, zstd: mediaType.dockerLayerGzip, none: mediaType.dockerLayer },
} as const;

async function writeLayers(
  store: Store,
  layers: readonly SavedLayer[],
  options: Saving & { nameOf: (digest: Digest) => string; kind: Kind },
): Promise<Descriptor[]> {
  const written: Descriptor[] = [];
  for (const layer of layers) {
    options.note(`Copying blob ${layer.descriptor.digest}`);
    written.push(await writeLayer(store, layer, options));
  }
  return written;
}

async function writeLayer(
  store: Store,
  layer: SavedLayer,
  { target, layers, nameOf, kind }: Saving & { nameOf: (digest: Digest) => string; kind: Kind },
): Promise<Descriptor> {
  const { descriptor, diffId } = layer;
  const compression = compressionOf(descriptor);
  const types = LAYER_TYPES[kind];
  if (layers === "plain" && compression !== "none") {
    const tar = tarBytes(store, layer);
    await target.add(nameOf(diffId), tar);
    return { mediaType: types.none, digest: diffId, size: tar.size };
  }
  if ((layers === "gzip" && compression === "none") || (kind === "docker" && compression === "zstd")) {
    const written = await target.addByDigest(gzippedBytes(store, layer), nameOf);
    return { mediaType: types.gzip, ...written };
  }
  const { digest, size } = descriptor;
  await target.add(nameOf(digest), { size, bytes: storedBytes(store, layer) });
  return { ...descriptor, mediaType: types[compression] };
}

async function writeConfig(
  store: Store,
  id: Digest,
  { target, note, name }: Saving & { name: string },
): Promise<void> {
  note(`Copying config ${id}`);
  await target.add(name, Buffer.from(readBlobText(store, id)));
}

function isSame(written: readonly Descriptor[], stored: readonly Descriptor[]): boolean {
  return written.every((layer, index) => {
    const other = stored[index];
    return other?.digest === layer.digest && other.mediaType === layer.mediaType;
  });
}

function manifestOf(kind: Kind, { config, annotations }: Manifest, layers: readonly Descriptor[]): string {
  const oci = kind === "oci";
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: oci ? mediaType.ociManifest : mediaType.dockerManifest,
    config: {
      mediaType: oci ? mediaType.ociConfig : mediaType.dockerConfig,
      digest: config.digest,
      size: config.size,
    },
    layers: layers.map(({ mediaType: type, digest, size }) => ({ mediaType: type, digest, size })),
    ...(oci && annotations !== undefined && { annotations }),
  };
  return JSON.stringify(manifest);
}
