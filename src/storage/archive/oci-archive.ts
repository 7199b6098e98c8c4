import { TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestHex } from "../../oci/digest.ts";
import { parseIndex, parseManifest } from "../../oci/parse-manifest.ts";
import type { ArchiveImage } from "./archive-image.ts";
import type { TarIndex } from "./tar-index.ts";

const INDEX = "index.json";
/** containerd's and Docker's full name; the OCI one is often a mere tag there. */
const CONTAINERD_NAME = "io.containerd.image.name";
const OCI_NAME = "org.opencontainers.image.ref.name";

export function isOciArchive(tar: TarIndex): boolean {
  return tar.find("oci-layout") !== undefined && tar.find(INDEX) !== undefined;
}

/** An image of a layout, with what it is called there: it is not read before it is asked for. */
export interface OciEntry {
  readonly descriptor: Descriptor;
  readonly names: readonly string[];
}

/**
 * What a layout lists, each image once.
 * @throws {TspodError} If its index.json is none, or empty.
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export function ociEntries(tar: TarIndex): OciEntry[] {
  const { manifests } = parseIndex(tar.text(INDEX));
  if (manifests.length === 0) throw new TspodError(`damaged archive: "${INDEX}" lists no image`);
  const byDigest = new Map<string, { descriptor: Descriptor; names: string[] }>();
  for (const descriptor of manifests) {
    const known = byDigest.get(descriptor.digest) ?? { descriptor, names: [] };
    const name = descriptor.annotations?.[CONTAINERD_NAME] ?? descriptor.annotations?.[OCI_NAME];
    if (name !== undefined) known.names.push(name);
    byDigest.set(descriptor.digest, known);
  }
  return [...byDigest.values()];
}

/**
 * @param choose picks one of the manifests of a nested index: that for this machine
 * @throws {TspodError} If something of it is missing or damaged, or it is no image.
 */
export function readOciImage(
  tar: TarIndex,
  { descriptor, names }: OciEntry,
  choose: (manifests: readonly Descriptor[]) => Descriptor,
): ArchiveImage {
  const text = tar.text(blobName(descriptor));
  const parsed = parseManifest(Buffer.from(text), descriptor.mediaType);
  if (parsed.kind === "index")
    return readOciImage(tar, { descriptor: choose(parsed.index.manifests), names }, choose);
  const layers = parsed.manifest.layers.map((layer) => {
    const file = tar.find(blobName(layer));
    if (file === undefined) throw new TspodError(`damaged archive: "${blobName(layer)}" is not in it`);
    return { descriptor: { digest: layer.digest, size: file.size }, file };
  });
  return {
    names,
    manifest: text,
    manifestType: parsed.mediaType,
    config: tar.text(blobName(parsed.manifest.config)),
    layers,
  };
}

function blobName({ digest }: Pick<Descriptor, "digest">): string {
  return `blobs/sha256/${digestHex(digest)}`;
}
