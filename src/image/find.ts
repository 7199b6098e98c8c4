import { NotFoundError } from "../errors.ts";
import { type ResolvedImage, resolveImage } from "../storage/images/stored-image.ts";
import type { Store } from "../storage/store.ts";

/** As resolveImage(). @throws {NotFoundError} `x: image not known` */
export function findImage(store: Store, text: string): ResolvedImage {
  const found = resolveImage(store, text);
  if (found === undefined) throw new NotFoundError(`${text}: image not known`);
  return found;
}
