import { createHash } from "node:crypto";
import { TspodError } from "../../errors.ts";
import { dockerManifest } from "../../oci/convert-manifest.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest, sha256 } from "../../oci/digest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { parseConfigOf } from "../../oci/parse-image-config.ts";
import { sniffCompression } from "../compression/decompress.ts";
import type { ArchiveImage } from "./archive-image.ts";
import type { ArchiveFile, TarIndex } from "./tar-index.ts";

const MANIFEST = "manifest.json";

/** One element of manifest.json. */
interface Item {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

export function isDockerArchive(tar: TarIndex): boolean {
  return tar.find(MANIFEST) !== undefined;
}

/**
 * @see https://github.com/moby/docker-image-spec/blob/main/spec.md (combined image JSON + filesystem
 * changeset format)
 */
export async function readDockerArchive(tar: TarIndex): Promise<ArchiveImage[]> {
  const images: ArchiveImage[] = [];
  for (const item of parseItems(tar.text(MANIFEST))) images.push(await readItem(tar, item));
  return images;
}

function parseItems(text: string): Item[] {
  const items: unknown = parseJson(text, MANIFEST);
  if (!Array.isArray(items)) throw new TspodError(`damaged archive: "${MANIFEST}" is not a list`);
  return items.map((item: { Config?: unknown; RepoTags?: unknown; Layers?: unknown } | null) => {
    const { Config, RepoTags, Layers } = item ?? {};
    if (typeof Config !== "string" || !isStrings(Layers)) {
      throw new TspodError(`damaged archive: "${MANIFEST}" names no config or layers`);
    }
    return { Config, RepoTags: isStrings(RepoTags) ? RepoTags : [], Layers };
  });
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** @throws {TspodError} If it is no JSON. */
function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TspodError(`damaged archive: "${name}" is no JSON`, { cause });
  }
}

async function readItem(tar: TarIndex, item: Item): Promise<ArchiveImage> {
  const config = tar.text(item.Config);
  const diffIds = parseConfigOf(config, item.Layers.length).rootfs.diff_ids;
  const layers: ArchiveImage["layers"][number][] = [];
  const descriptors: Descriptor[] = [];
  for (const [index, name] of item.Layers.entries()) {
    const file = tar.find(name);
    const diffId = diffIds[index];
    if (file === undefined || diffId === undefined)
      throw new TspodError(`damaged archive: "${name}" is not in it`);
    const descriptor = await describeLayer(tar, file, diffId);
    descriptors.push(descriptor);
    layers.push({ descriptor, file });
  }
  return {
    names: item.RepoTags,
    manifest: dockerManifest({ digest: sha256(config), size: Buffer.byteLength(config) }, descriptors),
    manifestType: mediaType.dockerManifest,
    config,
    layers,
  };
}

/**
 * As a rule layers are plain tars, whose digest is the diffID; those of containerd's image store are as they
 * were pulled.
 */
async function describeLayer(tar: TarIndex, file: ArchiveFile, diffId: Digest): Promise<Descriptor> {
  const { size } = file;
  const hash = createHash("sha256");
  let start: Buffer | undefined;
  for await (const chunk of tar.stream(file)) {
    start ??= Buffer.from(chunk.subarray(0, 6));
    if (sniffCompression(start) === "none") return { mediaType: mediaType.dockerLayer, size, digest: diffId };
    hash.update(chunk);
  }
  return { mediaType: mediaType.dockerLayerGzip, size, digest: parseDigest(`sha256:${hash.digest("hex")}`) };
}
