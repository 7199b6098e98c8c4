import { TspodError } from "../errors.ts";
import { digestHex } from "../oci/digest.ts";
import { readBlobText } from "../storage/blobs/blobs.ts";
import { appendEvent } from "../storage/events.ts";
import { adoptImage } from "../storage/images/adopt-image.ts";
import * as images from "../storage/images/image-changes.ts";
import type { StoredImage } from "../storage/images/stored-image.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";
import type { ResolvedAny } from "./lists.ts";

/** An image or a list that is here. */
type Known = ResolvedAny["image"];

/**
 * Give an image or a list a further name, with the event.
 * @param name full reference
 * @param asked the name as the user has it, which Podman's event has
 */
export async function tagImage(
  store: Store,
  image: Known,
  { name, asked = name }: { readonly name: string; readonly asked?: string },
): Promise<void> {
  if ("readOnlyStore" in image) await tagAsOurs(store, image, name);
  else await images.tagImage(store, image, name);
  appendEvent(store, imageEvent("tag", { id: image.id, name: asked }));
}

/** An image of another store gets into our index, with this name alone; what it consists of stays there. */
async function tagAsOurs(store: Store, image: StoredImage, name: string): Promise<void> {
  using _lease = await leaseContent(store);
  await adoptImage(store, image);
  const { mediaType, manifestDigest: digest, topDigest } = image;
  const size = Buffer.byteLength(readBlobText(store, digest));
  const index = topDigest === digest ? {} : { indexDigest: topDigest };
  await images.addImage(store, { mediaType, digest, size }, { name, ...index });
}

/** Take names from an image or a list, with an event for each. @param names full references */
export async function untagImage(store: Store, image: Known, names: readonly string[]): Promise<void> {
  if ("readOnlyStore" in image) throw new TspodError(`cannot untag read-only image "${digestHex(image.id)}"`);
  await images.untagImage(store, image, names);
  for (const name of names) appendEvent(store, imageEvent("untag", { id: image.id, name }));
}
