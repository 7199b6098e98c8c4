import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { readBlobText } from "../storage/blobs/blobs.ts";
import type { Store } from "../storage/store.ts";
import { changeImageList } from "./change-list.ts";
import { findImageOrList } from "./lists.ts";

export interface ListNotes {
  /** Added to those that the list has; absent: none. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** The image or list, which is here, that the list is about. */
  readonly subject?: string | undefined;
}

/**
 * Note something of a list itself, not of an entry in it.
 * @throws {NotFoundError} If the subject is not here.
 */
export async function annotateList(
  store: Store,
  id: Digest,
  { annotations = {}, subject }: ListNotes,
): Promise<void> {
  await changeImageList(store, id, ({ index, sources }) => {
    const noted = { ...index.annotations, ...annotations };
    return {
      manifests: index.manifests,
      sources,
      annotations: Object.keys(noted).length === 0 ? undefined : noted,
      subject: subject === undefined ? undefined : descriptorOf(store, subject),
    };
  });
}

function descriptorOf(store: Store, text: string): Descriptor {
  const { manifestDigest: digest, mediaType } = findImageOrList(store, text).image;
  return { mediaType, digest, size: Buffer.byteLength(readBlobText(store, digest)) };
}
