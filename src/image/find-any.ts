import { NotFoundError } from "../errors.ts";
import { type ResolvedAny, resolveAny } from "../storage/images/image-list.ts";
import type { Store } from "../storage/store.ts";

/** An image or a list, as resolveAny(). @throws {NotFoundError} `x: image not known` */
export function findImageOrList(store: Store, text: string): ResolvedAny {
  const found = resolveAny(store, text);
  if (found === undefined) throw new NotFoundError(`${text}: image not known`);
  return found;
}
