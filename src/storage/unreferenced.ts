import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError } from "../errors.ts";
import { chainIds } from "../oci/chain-id.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestHex } from "../oci/digest.ts";
import type { ImageConfig } from "../oci/image-config.ts";
import type { Index, Manifest } from "../oci/manifest.ts";
import { isIndexType } from "../oci/media-type.ts";
import { forgetBlobPlaces } from "./blob-places.ts";
import { readBlobText } from "./blobs.ts";
import { listContainerRecords } from "./container-directory.ts";
import { readIndex } from "./image-layout.ts";
import { lockStorage, tryLockContent } from "./storage-lock.ts";
import type { Store } from "./store.ts";
import { moveToTrash, sweepTmp } from "./tmp-directory.ts";

/**
 * Make room: delete what no image and no container refers to, and what makers that are gone have left. Takes the storage lock.
 * Whoever has a lease of content gives it up first.
 */
export async function collectUnreferenced(store: Store): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  deleteUnreferenced(store);
  sweepTmp(store);
}

/**
 * Delete blobs and layers that no image and no container refers to. Whoever is adding some has a lease: then all stay until
 * the next removal. The caller holds the storage lock exclusively.
 */
export function deleteUnreferenced(store: Store): void {
  using content = tryLockContent(store);
  if (content === undefined) return;
  const needed = neededContent(store);
  const blobs = join(store.images, "blobs", "sha256");
  for (const name of readdirSync(blobs)) {
    if (needed.blobs.has(name)) continue;
    forgetBlobPlaces(store, name);
    unlinkSync(join(blobs, name));
  }
  for (const name of readdirSync(store.layers)) {
    if (!needed.layers.has(name)) moveToTrash(store, join(store.layers, name));
  }
}

/** Names in blobs/sha256 and in layers. */
interface Needed {
  readonly blobs: Set<string>;
  readonly layers: Set<string>;
}

function neededContent(store: Store): Needed {
  const needed: Needed = { blobs: new Set(), layers: new Set() };
  for (const entry of readIndex(store)) addNeeded(store, entry, needed);
  for (const { chainIds: own, options } of listContainerRecords(store)) {
    addLayers(own, needed);
    for (const mount of options.mounts) if (mount.type === "image") addLayers(mount.chainIds ?? [], needed);
  }
  return needed;
}

function addLayers(chain: readonly Digest[], needed: Needed): void {
  for (const id of chain) needed.layers.add(digestHex(id));
}

function addNeeded(store: Store, entry: Descriptor, needed: Needed): void {
  needed.blobs.add(digestHex(entry.digest));
  const text = readIfThere(store, entry.digest);
  if (text === undefined) return; // an index may name manifests that were never fetched
  if (isIndexType(entry.mediaType)) {
    for (const inner of (JSON.parse(text) as Index).manifests) addNeeded(store, inner, needed);
    return;
  }
  const { config, layers } = JSON.parse(text) as Partial<Manifest>;
  for (const { digest } of [...(config === undefined ? [] : [config]), ...(layers ?? [])])
    needed.blobs.add(digestHex(digest));
  const configText = config === undefined ? undefined : readIfThere(store, config.digest);
  const diffIds =
    configText === undefined ? undefined : (JSON.parse(configText) as Partial<ImageConfig>).rootfs?.diff_ids;
  addLayers(chainIds(diffIds ?? []), needed);
}

function readIfThere(store: Store, digest: Digest): string | undefined {
  try {
    return readBlobText(store, digest);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
