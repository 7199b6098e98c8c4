import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { treeSize } from "../../container/rootfs/container-size.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { hasCode } from "../../os/system-error.ts";
import { listCached } from "../../storage/build-cache/cache-records.ts";
import { listImages } from "../../storage/images/stored-image.ts";
import { soundLayer } from "../../storage/layers/layers.ts";
import type { Store } from "../../storage/store.ts";
import { listDigestFiles } from "../files/digest-file.ts";

/** One thing that builds keep: the layer of a step, the directory of a cache mount, or digests of files. */
export interface CacheItem {
  readonly kind: "step" | "mount" | "digests";
  /** For a step its layer's chainID in hex; for a mount or digests the name of its directory or file. */
  readonly id: string;
  /** Keys of the records that name the layer. */
  readonly keys: readonly string[];
  /** The step as its Dockerfile has it; the mount's id; what the digests are. */
  readonly text: string;
  /** Bytes. */
  readonly size: number;
  /** Whether an image has the layer, too: then its removal from the cache frees nothing. */
  readonly isShared: boolean;
  /** Milliseconds since the epoch. */
  readonly used: number;
}

/** BuildKit's words for the kinds. */
export const CACHE_TYPES = {
  step: "regular",
  mount: "exec.cachemount",
  digests: "internal",
} as const satisfies Record<CacheItem["kind"], string>;

/** Everything that builds keep in a store, what was used last first. */
export function cacheUsage(store: Store): CacheItem[] {
  const items = [...stepItems(store), ...mountItems(store), ...digestItems(store)];
  return items.sort((a, b) => b.used - a.used);
}

/** Records without a layer, of settings and empty results, belong to the layer that they stand on. */
function stepItems(store: Store): CacheItem[] {
  const inImages = new Set(listImages(store).flatMap(({ chainIds }) => chainIds));
  const items = new Map<string, CacheItem>();
  for (const { chainId, below, key, text, used } of listCached(store)) {
    const layer = chainId ?? below.at(-1);
    const id = layer === undefined ? "" : digestHex(layer);
    const known = items.get(id);
    items.set(id, {
      kind: "step",
      id,
      keys: [...(known?.keys ?? []), key],
      text: chainId === undefined ? (known?.text ?? text) : text,
      size: layer === undefined ? 0 : layerSize(store, layer),
      isShared: layer === undefined || inImages.has(layer),
      used: Math.max(used, known?.used ?? 0),
    });
  }
  return [...items.values()];
}

function layerSize(store: Store, chainId: Digest): number {
  return soundLayer(store, chainId)?.size ?? 0;
}

/** Absolute path of the directory of all cache mounts. */
export function mountsDirectory(store: Store): string {
  return join(store.root, "build", "mounts");
}

function mountItems(store: Store): CacheItem[] {
  // Others are not ours to count, nor to delete.
  const ids = namesIn(mountsDirectory(store)).filter((name) => /^[0-9a-f]{32}(?:-\d+)?$/.test(name));
  return ids.map((id) => {
    const directory = join(mountsDirectory(store), id);
    return {
      kind: "mount",
      id,
      keys: [],
      text: readOr(join(directory, "id")),
      size: treeSize(join(directory, "data")),
      isShared: false,
      used: statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    };
  });
}

function digestItems(store: Store): CacheItem[] {
  const text = "digests of files that builds have copied";
  return listDigestFiles(store).map((file) => ({
    kind: "digests",
    keys: [],
    text,
    isShared: false,
    ...file,
  }));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // The file is being made, or removed.
  }
}
