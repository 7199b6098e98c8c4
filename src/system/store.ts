import { NO_EVENTS, openStore, type Store } from "../storage/store.ts";

export type { Store };

/** Where the store of a call is, and what is special about it. */
export interface StorePlace {
  /** Absolute path. */
  readonly root: string;
  /** Settings about the events: read when the store is opened, since they may be wrong. */
  readonly events: () => Pick<Partial<Store>, "events" | "eventsMax"> | "none";
  /** Adds the stores in which images are only looked for; absent: there are none. */
  readonly withOthers?: ((own: Store) => Store) | undefined;
  /** Told once of each thing that can't be read, where the others can. */
  readonly warn: (line: string) => void;
}

/**
 * The store as front ends know it: opened when it is first asked for, once, and handed to the domain.
 * @returns a function that throws as openStore() does
 */
export function storeWhenAsked(place: StorePlace): (options?: { readonly repair?: boolean }) => Store {
  const { root, events, withOthers, warn } = place;
  let store: Store | undefined;
  return (options) => {
    if (store !== undefined) return store;
    const kept = events();
    const own = {
      ...openStore(root, { ...options, warn }),
      ...(kept === "none" ? { events: NO_EVENTS } : kept),
    };
    store = withOthers?.(own) ?? own;
    return store;
  };
}
