import type { Digest } from "../oci/digest.ts";
import { changeEntry, type EntryChange } from "../oci/list-entry.ts";
import { changeImageList } from "../storage/images/image-list-changes.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";

/**
 * Add images to a list, one after the other; one that is in it already takes its new place at the end.
 * @throws {TspodError} If one can't be found; those before it stay added.
 */
export async function addMembers(
  store: Store,
  id: Digest,
  {
    texts,
    change,
    ...options
  }: Parameters<typeof import("./list-members.ts").findMembers>[2] & {
    readonly texts: readonly string[];
    readonly change?: EntryChange;
  },
): Promise<void> {
  if (texts.length === 0) return;
  const { findMembers } = await import("./list-members.ts");
  for (const text of texts) {
    using _lease = await leaseContent(store);
    const members = await findMembers(store, text, options);
    await changeImageList(store, id, ({ index, sources }) => {
      const added = new Set<string>(members.map(({ entry }) => entry.digest));
      const fromRegistries = members.flatMap(({ entry, source }) =>
        source === undefined ? [] : [[entry.digest, source] as const],
      );
      return {
        manifests: [
          ...index.manifests.filter(({ digest }) => !added.has(digest)),
          ...members.map(({ entry }) => (change === undefined ? entry : changeEntry(entry, change))),
        ],
        sources: { ...sources, ...Object.fromEntries(fromRegistries) },
      };
    });
  }
}
