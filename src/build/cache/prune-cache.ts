import { statfsSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../../os/file-lock.ts";
import { removeCached } from "../../storage/build-cache/cache-records.ts";
import { collectUnreferenced } from "../../storage/images/unreferenced.ts";
import type { Store } from "../../storage/store.ts";
import { moveToTrash } from "../../storage/tmp-directory.ts";
import { removeDigestFile } from "../files/digest-file.ts";
import { type CacheItem, cacheUsage, mountsDirectory } from "./cache-usage.ts";

/** How much is to go. All in bytes. */
export interface CacheBudget {
  /** What the cache may have; absent: nothing stays. */
  readonly max?: number | undefined;
  /** What the cache may have in any case. */
  readonly reserved?: number | undefined;
  /** What the file system is to have free. */
  readonly minFree?: number | undefined;
}

export interface PruneRequest extends CacheBudget {
  readonly fits: (item: CacheItem) => boolean;
}

/**
 * Remove what builds keep, what was used longest ago first, until the budget is met. A cache mount that a
 * build has open stays; layers that an image has stay with the image.
 * @returns what has gone
 */
export async function pruneCache(store: Store, { fits, ...budget }: PruneRequest): Promise<CacheItem[]> {
  const removed: CacheItem[] = [];
  const items = cacheUsage(store);
  let used = reclaimed(items);
  for (const item of items.toReversed()) {
    if (isMet(store, budget, used)) break;
    if (!fits(item) || !removeItem(store, item)) continue;
    removed.push(item);
    used -= item.isShared ? 0 : item.size;
  }
  if (removed.length > 0) await collectUnreferenced(store);
  return removed;
}

function isMet(store: Store, { max, reserved, minFree }: CacheBudget, used: number): boolean {
  if (max === undefined && reserved === undefined && minFree === undefined) return false;
  if (used <= (reserved ?? 0)) return true;
  return (max === undefined || used <= max) && (minFree === undefined || freeBytes(store) >= minFree);
}

function freeBytes({ root }: Store): number {
  const { bavail, bsize } = statfsSync(root);
  return bavail * bsize;
}

/** @returns whether it has gone */
function removeItem(store: Store, item: CacheItem): boolean {
  if (item.kind === "step") {
    for (const key of item.keys) removeCached(store, key);
    return true;
  }
  if (item.kind === "digests") {
    removeDigestFile(store, item.id);
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
