import { NotFoundError, TspodError } from "../../errors.ts";
import { resolveImage } from "../../image/images.ts";
import { type ResolvedList, resolveImageList } from "../../image/lists.ts";
import type { Store } from "../../system/store.ts";

/**
 * The list of that name or ID.
 * @throws {NotFoundError} If there is none.
 * @throws {TspodError} If that is an image.
 */
export function findList(store: Store, text: string): ResolvedList {
  const found = resolveImageList(store, text);
  if (found !== undefined) return found;
  const image = resolveImage(store, text);
  if (image === undefined) throw new NotFoundError(`${text}: image not known`);
  throw new TspodError(`${image.name ?? image.image.names[0] ?? text}: image is not a manifest list`);
}
