import { mkdirSync, statfsSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../../storage/store.ts";
import { pruneCache } from "./prune-cache.ts";

const GIGABYTE = 1_000_000_000;
/** Of the file system, where that is more. */
const SHARE = 0.1;
const LEAST = 10 * GIGABYTE;
/** Counting all that is kept takes longer than many a build. */
const BETWEEN_MS = 60 * 60 * 1000;

/**
 * Keep what builds keep within a budget: a tenth of the file system, and 10 GB at least. Looked at once an
 * hour, at the end of a build, so that a cache that nobody prunes does not fill the disk.
 * @param bytes another budget, which is looked at now
 */
export async function keepBudget(store: Store, bytes?: number): Promise<void> {
  const marker = join(store.root, "build", "budget");
  const looked = statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (bytes === undefined && Date.now() - looked < BETWEEN_MS) return;
  mkdirSync(join(store.root, "build"), { recursive: true, mode: 0o700 });
  writeFileSync(marker, "", { mode: 0o600 });
  const now = new Date();
  utimesSync(marker, now, now);
  const { blocks, bsize } = statfsSync(store.root);
  const max = bytes ?? Math.max(LEAST, blocks * bsize * SHARE);
  await pruneCache(store, { max, fits: ({ isShared }) => !isShared });
}
