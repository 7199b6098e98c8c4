import { TspodError } from "../../errors.ts";
import { findImage } from "../../image/images.ts";
import type { Store } from "../../storage/store.ts";
import { createVolume } from "../../volume/create.ts";
import { createImageVolume } from "../../volume/create-image-volume.ts";
import { removeUnusedVolume } from "../../volume/remove.ts";
import { getVolume } from "../../volume/volumes.ts";
import type { KubeDocument } from "../read/document.ts";
import type { Metadata } from "../types/metadata.ts";
import { DRIVER_ANNOTATION, IMAGE_ANNOTATION } from "../types/volume-annotations.ts";

/**
 * Make the volume that a claim asks for, unless there is one of its name; it goes if the rest fails.
 * @returns its name
 * @throws {TspodError} In Podman's words, if the claim has no name, or its image is not here.
 */
export async function makeClaim(
  store: Store,
  { name, value }: KubeDocument,
  undo: AsyncDisposableStack,
): Promise<string> {
  if (name === "") throw new TspodError("persistent volume claim name can not be empty");
  if (getVolume(store, name) !== undefined) return name;
  const { metadata } = value as { readonly metadata?: Metadata };
  const { [DRIVER_ANNOTATION]: driver, [IMAGE_ANNOTATION]: image } = metadata?.annotations ?? {};
  if (driver === "image") {
    await createImageVolume(store, {
      name,
      options: { image: image ?? "" },
      findImage: (text) => findImage(store, text).image,
      orExisting: true,
    });
  } else createVolume(store, { name, orExisting: true });
  undo.defer(() => removeUnusedVolume(store, name));
  return name;
}
