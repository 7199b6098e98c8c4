import type { Digest } from "../oci/digest.ts";
import { changeEntry, type EntryChange } from "../oci/list-entry.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { changeImageList, createImageList, type ListContent } from "./change-list.ts";
import type { ImageList } from "./lists.ts";
import { resolveAny } from "./lists.ts";

type Wanted = Parameters<typeof import("./list-members.ts").findMembers>[2] & {
  readonly texts: readonly string[];
  readonly change?: EntryChange;
};

/**
 * Add images to a list, one after the other; one that is in it already takes its new place at the end.
 * @throws {TspodError} If one can't be found; those before it stay added.
 */
export async function addMembers(store: Store, id: Digest, { texts, ...options }: Wanted): Promise<void> {
  for (const text of texts) {
    using _lease = await leaseContent(store);
    const added = await contentOf(store, { ...options, texts: [text] });
    await addEntries(store, id, added);
  }
}

/** Name more in a list; what it names already takes its new place at the end. The blobs are here. */
export async function addEntries(store: Store, id: Digest, added: ListContent): Promise<void> {
  await changeImageList(store, id, ({ index, sources }) =>
    together({ manifests: index.manifests, sources }, added),
  );
}

/**
 * Make a list of images.
 * @param name full reference
 * @param created RFC 3339
 * @throws {TspodError} If something has the name already, or an image can't be found. There is no list then.
 */
export async function createListOf(
  store: Store,
  {
    name,
    created,
    annotations,
    ...wanted
  }: Wanted & {
    readonly name: string;
    readonly created: string;
    readonly annotations: Readonly<Record<string, string>> | undefined;
  },
): Promise<ImageList> {
  using _lease = await leaseContent(store);
  // A name that is taken is an error before a registry is asked.
  const content = resolveAny(store, name) === undefined ? await contentOf(store, wanted) : EMPTY;
  return await createImageList(store, { name, created, content: { ...content, annotations } });
}

const EMPTY: ListContent = { manifests: [], sources: {} };

async function contentOf(store: Store, { texts, change, ...options }: Wanted): Promise<ListContent> {
  if (texts.length === 0) return EMPTY;
  const { findMembers } = await import("./list-members.ts");
  let content = EMPTY;
  for (const text of texts) {
    const members = await findMembers(store, text, options);
    const fromRegistries = members.flatMap(({ entry, source }) =>
      source === undefined ? [] : [[entry.digest, source] as const],
    );
    content = together(content, {
      manifests: members.map(({ entry }) => (change === undefined ? entry : changeEntry(entry, change))),
      sources: Object.fromEntries(fromRegistries),
    });
  }
  return content;
}

/** What was there, without what comes anew. */
function together(before: ListContent, added: ListContent): ListContent {
  const digests = new Set<string>(added.manifests.map(({ digest }) => digest));
  return {
    manifests: [...before.manifests.filter(({ digest }) => !digests.has(digest)), ...added.manifests],
    sources: { ...before.sources, ...added.sources },
  };
}
