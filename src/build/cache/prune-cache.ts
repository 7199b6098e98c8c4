import { join } from "node:path";
import { tryLock } from "../../os/file-lock.ts";
import { removeCached } from "../../storage/build-cache/cache-records.ts";
import { collectUnreferenced } from "../../storage/images/unreferenced.ts";
import type { Store } from "../../storage/store.ts";
import { moveToTrash } from "../../storage/tmp-directory.ts";
import { type CacheItem, cacheUsage, mountsDirectory } from "./cache-usage.ts";

export interface PruneRequest {
  readonly fits: (item: CacheItem) => boolean;
  /** Bytes that may stay, of what was used last; absent: nothing stays. */
  readonly keepBytes?: number | undefined;
}

/**
 * Remove what builds keep. A cache mount that a build has open stays; layers that an image has stay as the
 * image's.
 * @returns what has gone
 */
export async function pruneCache(store: Store, { fits, keepBytes = 0 }: PruneRequest): Promise<CacheItem[]> {
  const removed: CacheItem[] = [];
  let kept = 0;
  for (const item of cacheUsage(store)) {
    kept += item.isShared ? 0 : item.size;
    if (kept <= keepBytes && keepBytes > 0) continue;
    if (fits(item) && removeItem(store, item)) removed.push(item);
  }
  await collectUnreferenced(store);
  return removed;
}

/** @returns whether it has gone */
function removeItem(store: Store, item: CacheItem): boolean {
  if (item.kind === "step") {
    for (const key of item.keys) removeCached(store, key);
    return true;
  }
  const directory = join(mountsDirectory(store), item.id);
  using lock = tryLock(join(directory, "lock"));
  if (lock === undefined) return false;
  moveToTrash(store, directory);
  return true;
}

/** Bytes that removing them gives. */
export function reclaimed(items: readonly CacheItem[]): number {
  return items.reduce((sum, { size, isShared }) => sum + (isShared ? 0 : size), 0);
}
