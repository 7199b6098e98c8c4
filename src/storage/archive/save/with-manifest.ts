import {
  convertManifest,
  layerCompression,
  layerType,
  type ManifestKind,
  manifestKind,
  manifestType,
} from "../../../oci/convert-manifest.ts";
import type { Descriptor } from "../../../oci/descriptor.ts";
import { type Digest, digestHex, sha256 } from "../../../oci/digest.ts";
import type { Index } from "../../../oci/manifest.ts";
import { mediaType } from "../../../oci/media-type.ts";
import { readBlobText } from "../../blobs/blobs.ts";
import { NAME } from "../../images/image-layout.ts";
import type { StoredImage } from "../../images/stored-image.ts";
import type { Store } from "../../store.ts";
import type { NamedImage } from "./docker-archive.ts";
import { layoutBlob, type SaveTarget } from "./save-target.ts";
import { gzippedBytes, layersOf, type SavedLayer, storedBytes, tarBytes } from "./saved-layer.ts";

/** How layers are saved: as they are stored, or made plain tars or gzip where they aren't. */
export type LayerForm = "stored" | "plain" | "gzip";

interface Saving {
  readonly target: SaveTarget;
  readonly layers: LayerForm;
  readonly note: (line: string) => void;
}

/**
 * Writes one image as an OCI layout: byte for byte as it is stored, if it is an OCI image and its layers stay
 * as they are; otherwise with a manifest of its own.
 */
export async function saveOciLayout(
  store: Store,
  { image, names }: NamedImage,
  {
    others = [],
    ...saving
  }: Saving & { /** Images that the layout has already. */ others?: readonly Descriptor[] },
): Promise<Digest> {
  const layers = await writeLayers(store, layersOf(image), { ...saving, nameOf: layoutBlob, kind: "oci" });
  await writeConfig(store, image.id, { ...saving, name: layoutBlob(image.id) });
  saving.note("Writing manifest to image destination");
  const manifest = manifestOf(store, image, { kind: "oci", layers });
  const descriptor = {
    mediaType: mediaType.ociManifest,
    digest: sha256(manifest),
    size: Buffer.byteLength(manifest),
  };
  await saving.target.add(layoutBlob(descriptor.digest), Buffer.from(manifest));
  const entries = (names.length === 0 ? [undefined] : names).map((name) => ({
    ...descriptor,
    ...(name !== undefined && { annotations: { [NAME]: name } }),
  }));
  const index: Index = { schemaVersion: 2, manifests: [...keptEntries(others, entries), ...entries] };
  await saving.target.add("index.json", Buffer.from(JSON.stringify(index)));
  await saving.target.add("oci-layout", Buffer.from('{"imageLayoutVersion": "1.0.0"}'));
  return descriptor.digest;
}

/** A name is taken from the image that had it; what is written again replaces what was there. */
function keptEntries(others: readonly Descriptor[], entries: readonly Descriptor[]): Descriptor[] {
  const name = (entry: Descriptor): string | undefined => entry.annotations?.[NAME];
  const taken = new Set(entries.map(name).filter((each) => each !== undefined));
  return others
    .filter((other) => !entries.some((entry) => entry.digest === other.digest && name(entry) === name(other)))
    .map((other) => {
      if (!taken.has(name(other) ?? "")) return other;
      const { [NAME]: _, ...annotations } = other.annotations ?? {};
      return { ...other, annotations };
    });
}

/**
 * Write one image as skopeo's `dir:` has it. Docker's manifests know no zstd: there such layers become gzip.
 */
export async function saveDirectory(
  store: Store,
  { image }: NamedImage,
  { kind, ...saving }: Saving & { /** Default: as it is stored. */ kind?: ManifestKind | undefined },
): Promise<Digest> {
  const wanted = kind ?? manifestKind(image.mediaType);
  const layers = await writeLayers(store, layersOf(image), { ...saving, nameOf: digestHex, kind: wanted });
  await writeConfig(store, image.id, { ...saving, name: digestHex(image.id) });
  saving.note("Writing manifest to image destination");
  const manifest = manifestOf(store, image, { kind: wanted, layers });
  await saving.target.add("manifest.json", Buffer.from(manifest));
  await saving.target.add("version", Buffer.from("Directory Transport Version: 1.1\n"));
  return sha256(manifest);
}

async function writeLayers(
  store: Store,
  layers: readonly SavedLayer[],
  options: Saving & { nameOf: (digest: Digest) => string; kind: ManifestKind },
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
  { target, layers, nameOf, kind }: Saving & { nameOf: (digest: Digest) => string; kind: ManifestKind },
): Promise<Descriptor> {
  const { descriptor, diffId } = layer;
  const compression = layerCompression(descriptor.mediaType);
  const typed = (as: typeof compression): string => layerType(descriptor.mediaType, kind, as);
  if (layers === "plain" && compression !== "none") {
    const tar = tarBytes(store, layer);
    await target.add(nameOf(diffId), tar);
    return { mediaType: typed("none"), digest: diffId, size: tar.size };
  }
  if ((layers === "gzip" && compression === "none") || (kind === "docker" && compression === "zstd")) {
    const written = await target.addByDigest(gzippedBytes(store, layer), nameOf);
    return { mediaType: typed("gzip"), ...written };
  }
  const { digest, size } = descriptor;
  await target.add(nameOf(digest), { size, bytes: storedBytes(store, layer) });
  return { ...descriptor, mediaType: typed(compression) };
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

/** Byte for byte as it is stored, where that fits. */
function manifestOf(
  store: Store,
  image: StoredImage,
  { kind, layers }: { kind: ManifestKind; layers: readonly Descriptor[] },
): string {
  const stored = readBlobText(store, image.manifestDigest);
  const unchanged = image.mediaType === manifestType(kind) && isSame(layers, image.manifest.layers);
  return unchanged ? stored : convertManifest(stored, kind, layers);
}
