import { DamagedError, NotFoundError, TspodError } from "../errors.ts";
import { choosePlatform } from "../oci/choose-platform.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { ImageConfig } from "../oci/image-config.ts";
import { type Index, isImageManifest } from "../oci/manifest.ts";
import type { Platform } from "../oci/platform.ts";
import { readIndexBlob, readManifest } from "../storage/blobs/blob-json.ts";
import { CREATED, listSources, NAME, nameOf } from "../storage/images/image-layout.ts";
import {
  type Entries,
  findEntries,
  groupById,
  idOf,
  type ResolvedImage,
  readImage,
  resolveImage,
  type StoredImage,
} from "../storage/images/stored-image.ts";
import { hasLayerBlob } from "../storage/layers/layer-blob.ts";
import { hasLayer } from "../storage/layers/layers.ts";
import { readable } from "../storage/record.ts";
import type { Store } from "../storage/store.ts";

/** A list of images, one for a platform: an image index of its own in the store. */
export interface ImageList {
  /** Stays the same while the list changes. */
  readonly id: Digest;
  /** The digest of the index as it is now. */
  readonly manifestDigest: Digest;
  readonly mediaType: string;
  /** Full references; empty: it is known by its ID only. */
  readonly names: readonly string[];
  readonly digests: readonly Digest[];
  readonly index: Index;
  /** When it was made, RFC 3339; not known of one that others have made. */
  readonly config: Pick<ImageConfig, "created" | "config">;
  /** Bytes of the index and of the manifests that it names. */
  readonly size: number;
  /** Digest → full reference of images that were added from a registry. */
  readonly sources: Readonly<Record<string, string>>;
}

/** All lists, newest first. */
export function listImageLists(store: Store): ImageList[] {
  const lists = readable(
    [...groupById(store, "list").values()],
    (entries) => readListed(store, entries),
    store.warn,
  );
  return lists.sort((a, b) => Date.parse(b.config.created ?? "") - Date.parse(a.config.created ?? "") || 0);
}

/** As readList(), with its name in what is said of one that is damaged. */
function readListed(store: Store, entries: Entries): ImageList {
  try {
    return readList(store, entries);
  } catch (cause) {
    if (!(cause instanceof DamagedError) && !(cause instanceof NotFoundError)) throw cause;
    const [entry] = entries;
    throw new DamagedError(`list of images ${nameOf(entry) ?? entry.digest} can't be read`, { cause });
  }
}

export interface ResolvedList {
  readonly image: ImageList;
  /** The full reference that was matched; undefined where it was found by its ID. */
  readonly name: string | undefined;
}

/** Find a list as the user names it, by the same rules as an image. */
export function resolveImageList(store: Store, text: string): ResolvedList | undefined {
  const found = findEntries(groupById(store, "list"), text);
  return found === undefined ? undefined : { image: readList(store, found.entries), name: found.name };
}

/** An image, or a list of images. */
export type ResolvedAny = ResolvedImage | ResolvedList;

/** Find an image or a list. Here too a name wins over an ID. */
export function resolveAny(store: Store, text: string): ResolvedAny | undefined {
  const image = resolveImage(store, text);
  if (image?.name !== undefined) return image;
  const list = resolveImageList(store, text);
  return list?.name === undefined ? (image ?? list) : list;
}

function readList(store: Store, entries: Entries): ImageList {
  const [entry] = entries;
  const index = readIndexBlob(store, entry.digest);
  const created = entry.annotations?.[CREATED];
  return {
    id: idOf(store, entry),
    manifestDigest: entry.digest,
    mediaType: entry.mediaType,
    names: entries.map(nameOf).filter((name) => name !== undefined),
    digests: [entry.digest],
    index,
    config: created === undefined ? {} : { created },
    size: entry.size + index.manifests.reduce((sum, { size }) => sum + size, 0),
    sources: listSources(entry),
  };
}

/**
 * The image of a list for a platform; undefined where it is known by its digest only.
 * @throws {TspodError} If the list has none for it, but an artifact.
 */
export function imageOfList(
  store: Store,
  { index, names }: ImageList,
  wanted: Platform,
): StoredImage | undefined {
  const chosen = choosePlatform(index.manifests, wanted);
  const named = names.map((name): Descriptor => ({ ...chosen, annotations: { [NAME]: name } }));
  try {
    const manifest = readManifest(store, chosen.digest);
    if (!isImageManifest(manifest))
      throw new TspodError(`"${chosen.digest}" of the list is an artifact, no image`);
    const image = readImage(store, named.length === 0 ? [chosen] : (named as unknown as Entries));
    const isWhole = image.manifest.layers.every((layer) => hasLayerBlob(store, layer));
    return isWhole && image.chainIds.every((id) => hasLayer(store, id)) ? image : undefined;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** An image or a list, as resolveAny(). @throws {NotFoundError} `x: image not known` */
export function findImageOrList(store: Store, text: string): ResolvedAny {
  const found = resolveAny(store, text);
  if (found === undefined) throw new NotFoundError(`${text}: image not known`);
  return found;
}
