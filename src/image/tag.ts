import type { Digest } from "../oci/digest.ts";
import { appendEvent } from "../storage/events.ts";
import * as images from "../storage/images/image-changes.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";

/** An image or a list that is here. */
interface Known {
  readonly id: Digest;
  readonly manifestDigest: Digest;
}

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
  await images.tagImage(store, image, name);
  appendEvent(store, imageEvent("tag", { id: image.id, name: asked }));
}

/** Take names from an image or a list, with an event for each. @param names full references */
export async function untagImage(store: Store, image: Known, names: readonly string[]): Promise<void> {
  await images.untagImage(store, image, names);
  for (const name of names) appendEvent(store, imageEvent("untag", { id: image.id, name }));
}
