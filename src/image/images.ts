import { NotFoundError } from "../errors.ts";
import { type ResolvedImage, resolveImage } from "../storage/images/stored-image.ts";
import type { Store } from "../storage/store.ts";

// The images that are here, as front ends ask for them: all, one or none, and who uses one.
export { imageUserCounts, imageUsers } from "../storage/images/image-removal.ts";
export {
  imagesAsAdded,
  listAllImages,
  listImages,
  type StoredImage,
} from "../storage/images/stored-image.ts";
export { type ResolvedImage, resolveImage };

/** As resolveImage(). @throws {NotFoundError} `x: image not known` */
export function findImage(store: Store, text: string): ResolvedImage {
  const found = resolveImage(store, text);
  if (found === undefined) throw new NotFoundError(`${text}: image not known`);
  return found;
}
