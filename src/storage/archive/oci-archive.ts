import { TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestHex, parseDigest } from "../../oci/digest.ts";
import type { Index, Manifest } from "../../oci/manifest.ts";
import { isIndexType } from "../../oci/media-type.ts";
import type { ArchiveImage } from "./archive-image.ts";
import { parseJson } from "./docker-archive.ts";
import type { TarIndex } from "./tar-index.ts";

const INDEX = "index.json";
/** containerd's and Docker's full name; the OCI one is often a mere tag there. */
const CONTAINERD_NAME = "io.containerd.image.name";
const OCI_NAME = "org.opencontainers.image.ref.name";

export function isOciArchive(tar: TarIndex): boolean {
  return tar.find("oci-layout") !== undefined && tar.find(INDEX) !== undefined;
}

/**
 * @param choose picks one of the manifests of a nested index: that for this machine
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export function readOciArchive(
  tar: TarIndex,
  choose: (manifests: readonly Descriptor[]) => Descriptor,
): ArchiveImage[] {
  const { manifests } = parseJson(tar.text(INDEX), INDEX) as Partial<Index>;
  if (!Array.isArray(manifests) || manifests.length === 0)
    throw new TspodError(`damaged archive: "${INDEX}" lists no image`);
  const byDigest = new Map<string, { descriptor: Descriptor; names: string[] }>();
  for (const descriptor of manifests as readonly Descriptor[]) {
    const known = byDigest.get(descriptor.digest) ?? { descriptor, names: [] };
    const name = descriptor.annotations?.[CONTAINERD_NAME] ?? descriptor.annotations?.[OCI_NAME];
    if (name !== undefined) known.names.push(name);
    byDigest.set(descriptor.digest, known);
  }
  return [...byDigest.values()].map(({ descriptor, names }) => readImage(tar, { descriptor, names, choose }));
}

interface Wanted {
  readonly descriptor: Descriptor;
  readonly names: readonly string[];
  readonly choose: (manifests: readonly Descriptor[]) => Descriptor;
}

function readImage(tar: TarIndex, { descriptor, names, choose }: Wanted): ArchiveImage {
  const text = tar.text(blobName(descriptor));
  if (isIndexType(descriptor.mediaType)) {
    const { manifests } = parseJson(text, blobName(descriptor)) as Index;
    return readImage(tar, { descriptor: choose(manifests), names, choose });
  }
  const manifest = parseJson(text, blobName(descriptor)) as Partial<Manifest>;
  if (manifest.config === undefined || manifest.layers === undefined) {
    throw new TspodError(`damaged archive: "${blobName(descriptor)}" is no image manifest`);
  }
  const layers = manifest.layers.map((layer) => {
    const file = tar.find(blobName(layer));
    if (file === undefined) throw new TspodError(`damaged archive: "${blobName(layer)}" is not in it`);
    return { descriptor: { digest: parseDigest(layer.digest), size: file.size }, file };
  });
  return {
    names,
    manifest: text,
    manifestType: descriptor.mediaType,
    config: tar.text(blobName(manifest.config)),
    layers,
  };
}

function blobName({ digest }: Descriptor): string {
  return `blobs/sha256/${digestHex(parseDigest(digest))}`;
}
