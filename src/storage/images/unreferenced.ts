import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { DamagedError, messageChain, NotFoundError } from "../../errors.ts";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { isImageManifest } from "../../oci/manifest.ts";
import { isIndexType } from "../../oci/media-type.ts";
import { layersOf } from "../../options/container-record.ts";
import { deleteUnreferencedArtifacts } from "../artifacts/artifacts.ts";
import { readConfig, readIndexBlob, readManifest } from "../blobs/blob-json.ts";
import { forgetBlobPlaces } from "../blobs/blob-places.ts";
import { forgetRecompressed } from "../blobs/recompressed-as.ts";
import { listCached } from "../build-cache/cache-records.ts";
import { listContainerIds, readContainerRecord } from "../containers/container-directory.ts";
import { sweepNames } from "../containers/stale-names.ts";
import { imageVolumes } from "../image-volumes.ts";
import { MAPS_OF_LINK } from "../layers/layer-record.ts";
import { lockStorage, tryLockContent } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import { moveToTrash, sweepTmp } from "../tmp-directory.ts";
import { removeTree } from "../tree/remove-tree.ts";
import { sweepBonded } from "../volume-bond.ts";
import { readIndex } from "./image-layout.ts";

/**
 * Make room: delete what no image, no container and no volume refers to, and what makers that are gone have
 * left. Takes the storage lock. Whoever has a lease of content gives it up first.
 */
export async function collectUnreferenced(store: Store): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  deleteUnreferenced(store);
  await sweepLeftovers(store);
}

/**
 * Deletes what killed calls have left: in tmp/, names, volumes of containers that never came to be, and
 * blobs of artifacts. The caller holds the storage lock exclusively.
 */
export async function sweepLeftovers(store: Store): Promise<void> {
  deleteUnreferencedArtifacts(store);
  await sweepNames(store);
  sweepBonded(store);
  sweepTmp(store);
}

/**
 * Delete blobs and layers that no image, no container and no volume refers to. Whoever is adding some has a
 * lease: then all stay until the next removal. The caller holds the storage lock exclusively.
 */
export function deleteUnreferenced(store: Store): void {
  using content = tryLockContent(store);
  if (content === undefined) return;
  const needed = neededContent(store);
  if (needed === undefined) return;
  const blobs = join(store.images, "blobs", "sha256");
  for (const name of digestsIn(blobs)) {
    if (needed.blobs.has(name)) continue;
    forgetBlobPlaces(store, name);
    forgetRecompressed(store, name);
    removeTree(join(blobs, name)); // what is damaged may be a directory
  }
  for (const name of digestsIn(store.layers)) {
    if (!needed.layers.has(name)) moveToTrash(store, join(store.layers, name));
  }
  for (const name of readdirSync(store.layers).filter((each) => each.endsWith(MAPS_OF_LINK)))
    if (!needed.layers.has(basename(name, MAPS_OF_LINK))) moveToTrash(store, join(store.layers, name));
}

/** Files that tspod has not made have other names, and stay. */
function digestsIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => /^[0-9a-f]{64}$/.test(name));
}

/** Names in blobs/sha256 and in layers. */
interface Needed {
  readonly blobs: Set<string>;
  readonly layers: Set<string>;
}

/**
 * undefined where something is damaged: then nobody knows what it refers to, and all stays until it is
 * mended.
 */
function neededContent(store: Store): Needed | undefined {
  const needed: Needed = { blobs: new Set(), layers: new Set() };
  try {
    for (const entry of readIndex(store)) addNeeded(store, entry, needed);
    for (const id of listContainerIds(store)) addLayersOf(store, id, needed);
    for (const { image } of imageVolumes(store)) addLayers(image.chainIds, needed);
    // Steps of builds that a later build may need again: they go when the cache is pruned.
    for (const { below, chainId, blob } of listCached(store)) {
      addLayers(chainId === undefined ? below : [...below, chainId], needed);
      if (blob !== undefined) needed.blobs.add(digestHex(blob.digest));
    }
    return needed;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    store.warn(`nothing more is removed: ${messageChain(error)}`);
    return undefined;
  }
}

function addLayersOf(store: Store, id: string, needed: Needed): void {
  const record = ifThere(() => readContainerRecord(store, id));
  if (record !== undefined) addLayers(layersOf(record), needed);
}

function addLayers(chain: readonly Digest[], needed: Needed): void {
  for (const id of chain) needed.layers.add(digestHex(id));
}

function addNeeded(store: Store, entry: Descriptor, needed: Needed): void {
  needed.blobs.add(digestHex(entry.digest));
  // An index may name manifests that were never fetched.
  if (isIndexType(entry.mediaType)) {
    for (const inner of ifThere(() => readIndexBlob(store, entry.digest))?.manifests ?? [])
      addNeeded(store, inner, needed);
    return;
  }
  const manifest = ifThere(() => readManifest(store, entry.digest));
  if (manifest === undefined) return;
  const { config, layers } = manifest;
  for (const { digest } of [config, ...layers]) needed.blobs.add(digestHex(digest));
  // An artifact, of a list or put here by others, has no fields of an image.
  if (!isImageManifest(manifest)) return;
  const image = ifThere(() => readConfig(store, config.digest));
  addLayers(chainIds(image?.rootfs.diff_ids ?? []), needed);
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
