import { openReadOnlyStore } from "../storage/read-only-store.ts";
import type { Store } from "../storage/store.ts";

/**
 * A store with others in which images are found, too.
 * @param places absolute paths; they are opened at the first look for an image, the store itself is left out
 * @param atOnce open them now: the user has just named them
 * @throws {TspodError} If one can't be opened, then or now.
 */
export function withImageStores(own: Store, places: readonly string[], atOnce: boolean): Store {
  let opened: readonly Store[] | undefined;
  const others = (): readonly Store[] => {
    opened ??= places.flatMap((place) =>
      place === own.root ? [] : (openReadOnlyStore(place, own.warn) ?? []),
    );
    return opened;
  };
  if (places.length === 0) return own;
  if (atOnce) others();
  return { ...own, others };
}
