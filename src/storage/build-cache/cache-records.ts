import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex, isDigest, sha256 } from "../../oci/digest.ts";
import { list, members, oneOf, size, soundJson, text, textThat } from "../../oci/shape.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import { hasLayer } from "../layers/layers.ts";
import type { Store } from "../store.ts";

/** The result of a build's step: build/cache/<key hex>.json. */
export interface CacheRecord {
  readonly schemaVersion: 1;
  /** The step's layer, on top of `below`; absent: it makes none. */
  readonly chainId?: Digest;
  readonly diffId?: Digest;
  /** Bytes of the tar. */
  readonly size?: number;
  /** Where the layer was fetched from another machine's cache: its blob. */
  readonly blob?: Pick<Descriptor, "mediaType" | "digest" | "size">;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  /** RFC 3339: when the step ran. */
  readonly created: string;
  /** The step as the Dockerfile has it, for lists. */
  readonly text: string;
  /** The rest of what the history says. */
  readonly note?: string;
}

export interface ListedRecord extends CacheRecord {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly used: number;
}

function cacheDirectory(store: Store): string {
  return join(store.root, "build", "cache");
}

function recordPath(store: Store, key: Digest): string {
  return join(cacheDirectory(store), `${digestHex(key)}.json`);
}

/** The key of a step: all that its result depends on. */
export function cacheKey(parts: unknown): Digest {
  return sha256(JSON.stringify(["tspod-build-1", parts]));
}

/**
 * The result that a step of this key has had before. It counts as used now.
 * @param ttlMs milliseconds; older ones don't count
 * @returns undefined where it was never done, or its layers have gone
 */
export function findCached(store: Store, key: Digest, ttlMs: number | undefined): CacheRecord | undefined {
  const path = recordPath(store, key);
  const record = readRecord(path);
  if (record === undefined) return undefined;
  if (ttlMs !== undefined && Date.now() - Date.parse(record.created) > ttlMs) return undefined;
  const needed = [...record.below, ...(record.chainId === undefined ? [] : [record.chainId])];
  if (!needed.every((chainId) => hasLayer(store, chainId))) return undefined;
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error; // pruned meanwhile; the caller has a lease on its layers
  }
  return record;
}

/** Whether a step of this key was ever done, whatever has become of its layers. */
export function wasCached(store: Store, key: Digest): boolean {
  return existsSync(recordPath(store, key));
}

/** Keep what a step has come to, under all its keys. Its layer is in its place. */
export function saveCached(store: Store, keys: readonly Digest[], record: CacheRecord): void {
  mkdirSync(cacheDirectory(store), { recursive: true, mode: 0o700 });
  for (const key of keys) writeFileAtomic(recordPath(store, key), `${JSON.stringify(record)}\n`);
}

/** All records, those of damaged files left out. */
export function listCached(store: Store): ListedRecord[] {
  return namesIn(cacheDirectory(store)).flatMap((name) => {
    const path = join(cacheDirectory(store), name);
    const record = readRecord(path);
    const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return record === undefined || used === undefined
      ? []
      : [{ ...record, key: name.slice(0, -".json".length), used }];
  });
}

export function removeCached(store: Store, key: string): void {
  rmSync(join(cacheDirectory(store), `${key}.json`), { force: true });
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

const digest = textThat(isDigest, "a sha256 digest");
const recordShape = members(
  { schemaVersion: oneOf(1), below: list(digest), created: text, text },
  {
    chainId: digest,
    diffId: digest,
    size,
    blob: members({ mediaType: text, digest, size }),
    note: text,
  },
);

/** One of a newer tspod, or a damaged one, is passed over: the step is done again. */
function readRecord(path: string): CacheRecord | undefined {
  try {
    return soundJson(recordShape, readFileSync(path, "utf8"));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
