import { NotFoundError, TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { digestHex } from "../oci/digest.ts";
import type { Index } from "../oci/manifest.ts";
import { isIndexType, mediaType } from "../oci/media-type.ts";
import { writeBlob } from "../storage/blobs/blobs.ts";
import {
  CREATED,
  IMAGE_ID,
  LIST_SOURCES,
  NAME,
  nameOf,
  readIndex,
  writeIndex,
} from "../storage/images/image-layout.ts";
import { idOf } from "../storage/images/stored-image.ts";
import { randomHex } from "../storage/random-hex.ts";
import { leaseContent, lockStorage } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { type ImageList, resolveImageList } from "./lists.ts";

/** The content of a list after a change. */
export interface ListContent {
  readonly manifests: readonly Descriptor[];
  readonly sources: Readonly<Record<string, string>>;
  /** Of the list itself; absent: those that it has. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Absent: the one that it has. */
  readonly subject?: Descriptor | undefined;
}

/**
 * Make a list. The blobs of manifests that it names are here. Takes the storage lock.
 * @param name full reference
 * @param created RFC 3339
 * @throws {TspodError} If something has the name already.
 */
export async function createImageList(
  store: Store,
  {
    name,
    created,
    content,
  }: { readonly name: string; readonly created: string; readonly content: ListContent },
): Promise<ImageList> {
  using _lease = await leaseContent(store);
  const { sources } = content;
  const entry = indexEntry(store, content, {
    [NAME]: name,
    [IMAGE_ID]: `sha256:${randomHex(32)}`,
    [CREATED]: created,
    ...(Object.keys(sources).length > 0 && { [LIST_SOURCES]: JSON.stringify(sources) }),
  });
  using _lock = await lockStorage(store, "exclusive");
  const entries = readIndex(store);
  const other = entries.find((each) => nameOf(each) === name);
  if (other !== undefined) {
    const id = digestHex(idOf(store, other));
    throw new TspodError(
      `image name "${name}" is already associated with image "${id}": that name is already in use, or use --amend to add to it`,
    );
  }
  writeIndex(store, [...entries, entry]);
  return found(store, idOf(store, entry));
}

/**
 * Changes what a list names. The blobs of manifests that it is to name are here. Takes the storage lock.
 * @throws {NotFoundError} If the list was removed meanwhile.
 */
export async function changeImageList(
  store: Store,
  id: Digest,
  change: (list: ImageList) => ListContent,
): Promise<ImageList> {
  using _lease = await leaseContent(store);
  using _lock = await lockStorage(store, "exclusive");
  const entries = readIndex(store);
  const before = found(store, id);
  const { manifests, sources, ...own } = change(before);
  const { annotations: noted = before.index.annotations, subject = before.index.subject } = own;
  const kept = Object.entries(sources).filter(([digest]) => manifests.some((each) => each.digest === digest));
  const changed = entries.map((entry) => {
    if (!isIndexType(entry.mediaType) || idOf(store, entry) !== id) return entry;
    const { [LIST_SOURCES]: _, ...annotations } = entry.annotations ?? {};
    return indexEntry(
      store,
      { manifests, annotations: noted, subject },
      {
        ...annotations,
        [IMAGE_ID]: id,
        ...(kept.length > 0 && { [LIST_SOURCES]: JSON.stringify(Object.fromEntries(kept)) }),
      },
    );
  });
  writeIndex(store, changed);
  return found(store, id);
}

function found(store: Store, id: Digest): ImageList {
  const list = resolveImageList(store, id);
  if (list === undefined) throw new NotFoundError(`the list "${id}" was removed meanwhile`);
  return list.image;
}

function indexEntry(
  store: Store,
  { manifests, annotations: noted, subject }: Omit<ListContent, "sources">,
  annotations: Readonly<Record<string, string>>,
): Descriptor {
  const index: Index = {
    schemaVersion: 2,
    mediaType: mediaType.ociIndex,
    manifests,
    ...(subject !== undefined && { subject }),
    ...(noted !== undefined && { annotations: noted }),
  };
  const text = JSON.stringify(index);
  const digest = writeBlob(store, text);
  return { mediaType: mediaType.ociIndex, digest, size: Buffer.byteLength(text), annotations };
}
