import { existsSync } from "node:fs";
import { DamagedError, TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Index } from "../../oci/manifest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { parseIndex } from "../../oci/parse-manifest.ts";
import { checkShape, map, text } from "../../oci/shape.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../store.ts";

/**
 * images/ is an OCI image layout, so `skopeo copy oci:IMAGES:docker.io/library/alpine:latest …` reads it as
 * it stands. In index.json each name of an image is one entry, with the full reference in this annotation; an
 * image without a name (dangling) is one entry without it.
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export const NAME = "org.opencontainers.image.ref.name";
/** The image ID, so that looking for one need not read all manifests. */
export const IMAGE_ID = "org.tspod.image.id";
/** ChainID of the top layer, whose record names all below: no hashing when a container is made. */
export const CHAIN_ID = "org.tspod.image.chain-id";
/** Digests of the indexes that the manifest was chosen from, separated by spaces. */
export const INDEX_DIGESTS = "org.tspod.image.index-digests";
/** When a list was made here, RFC 3339. */
export const CREATED = "org.opencontainers.image.created";
/** Where images of a list come from that are not here, as JSON, `{digest: reference}`. */
export const LIST_SOURCES = "org.tspod.list.sources";
/**
 * Names that the image had and lost, the last lost first, separated by spaces. All entries of an image have
 * the same.
 */
export const PAST_NAMES = "org.tspod.image.past-names";

/** The entries of index.json. What others have put there (skopeo, umoci) is left as it is. */
export function readIndex(store: Store): readonly Descriptor[] {
  const path = `${store.images}/index.json`;
  try {
    return parseIndex(readSmallText(path)).manifests;
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return [];
    if (!(cause instanceof TspodError)) throw cause;
    throw new DamagedError(`"${path}" is damaged (use \`tspod system check --repair\`)`, { cause });
  }
}

/** Replace the entries. The caller holds the storage lock exclusively since before it read them. */
export function writeIndex(store: Store, manifests: readonly Descriptor[]): void {
  const marker = `${store.images}/oci-layout`;
  if (!existsSync(marker)) writeFileAtomic(marker, '{"imageLayoutVersion":"1.0.0"}', { mode: 0o644 });
  const index: Index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests };
  writeFileAtomic(`${store.images}/index.json`, JSON.stringify(index), { mode: 0o644 });
}

/** The name an entry gives, if any. */
export function nameOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[NAME];
}

/** Digest → full reference of a list's images of which only the manifest is here. */
export function listSources(entry: Descriptor): Readonly<Record<string, string>> {
  try {
    return checkShape(map(text), JSON.parse(entry.annotations?.[LIST_SOURCES] ?? "{}"), "sources of a list");
  } catch {
    return {}; // others may have written anything there
  }
}

export function pastNames(entry: Descriptor): string[] {
  return (entry.annotations?.[PAST_NAMES] ?? "").split(" ").filter(Boolean);
}

/** The same entry under another name, or none. */
export function withName(entry: Descriptor, name: string | undefined): Descriptor {
  const { [NAME]: _, ...annotations } = entry.annotations ?? {};
  return { ...entry, annotations: name === undefined ? annotations : { [NAME]: name, ...annotations } };
}
