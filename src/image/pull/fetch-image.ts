import { TspodError } from "../../errors.ts";
import { chainIds } from "../../oci/chain-id.ts";
import { platformFits } from "../../oci/choose-platform.ts";
import { type Descriptor, totalSize } from "../../oci/descriptor.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import { parseConfigOf } from "../../oci/parse-image-config.ts";
import { formatReference, type Reference } from "../../oci/reference.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { recordBlobPlace } from "../../storage/blobs/blob-places.ts";
import { hasBlob, readBlobText, writeBlob } from "../../storage/blobs/blobs.ts";
import { decompressThread } from "../../storage/compression/decompress-thread.ts";
import { addImage } from "../../storage/images/image-changes.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import { collectUnreferenced } from "../../storage/images/unreferenced.ts";
import { layerBatch } from "../../storage/layers/layer-batch.ts";
import { leaseContent } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { checkSource } from "./check-source.ts";
import { checkRoom, diskFullError, isDiskFull } from "./disk-full.ts";
import {
  fetchLayer,
  fetchPlainBlob,
  type LayerRequest,
  type LayerSource,
  wantsThread,
} from "./fetch-layer.ts";
import { type ImageSource, openSource, type SourceOptions } from "./open-source.ts";
import type { PullProgress } from "./pull-progress.ts";
import { createSlots } from "./slots.ts";

export interface FetchOptions extends SourceOptions {
  readonly progress: PullProgress;
}

/** Downloads at once; more gain nothing, since one thread unpacks. */
const PARALLEL_DOWNLOADS = 3;
/** Bytes. A config is read into memory; the largest ones in the wild have some 100 KB. */
const CONFIG_LIMIT = 16 * 1024 * 1024;

/**
 * Pull one full reference. The image becomes visible as the last step.
 * @throws {TspodError} If it can't be had.
 */
export async function fetchImage(
  store: Store,
  reference: Reference,
  options: FetchOptions,
): Promise<StoredImage> {
  await using source = await openSource(reference, options);
  // Before anything of it is stored, or even asked for.
  await checkSource(source, reference, options);
  const { manifest } = source;
  const blobs = [manifest.config, ...manifest.layers];
  options.progress.sources(totalSize(blobs));
  const missing = blobs.filter((blob) => !hasBlob(store, blob));
  const room = checkRoom(store.root, missing);
  try {
    return await fetchLeased(store, reference, { source, options });
  } catch (error) {
    if (isWorthKeeping(error)) throw error;
    await collectUnreferenced(store).catch(() => undefined);
    throw isDiskFull(error) ? diskFullError(store.root, missing, room) : error;
  }
}

/**
 * Whether what was fetched is of use to the next try: it is if the registry failed, or the user stopped us.
 * An image that can't be used stays unusable, and on a full disk the room is needed.
 */
function isWorthKeeping(error: unknown): boolean {
  return !isDiskFull(error) && (error instanceof RegistryError || !(error instanceof TspodError));
}

async function fetchLeased(
  store: Store,
  reference: Reference,
  { source, options }: { source: ImageSource; options: FetchOptions },
): Promise<StoredImage> {
  // Others may remove images meanwhile, but none of what is fetched here.
  using _lease = await leaseContent(store);
  const { mediaType, raw, indexDigest } = source;
  await fetchBlobs(store, source, options);
  options.progress.writing();
  writeBlob(store, raw.content);
  const { registry, repository } = source.client.endpoint;
  for (const { digest } of [source.manifest.config, ...source.manifest.layers])
    recordBlobPlace(store, digest, { registry, repository });
  const descriptor = { mediaType, digest: raw.digest, size: raw.content.length };
  return await addImage(store, descriptor, {
    name: formatReference(reference),
    ...(indexDigest !== undefined && { indexDigest }),
  });
}

/** Config first, since it says what the layers unpack to; then the layers side by side. */
async function fetchBlobs(
  store: Store,
  { client, manifest }: ImageSource,
  options: FetchOptions,
): Promise<void> {
  // The first failure stops the other downloads.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  await using thread = decompressThread();
  if (manifest.layers.some((layer) => wantsThread(layer) && !hasBlob(store, layer))) thread.prepare();
  const slots = createSlots(PARALLEL_DOWNLOADS);
  const source = { client, progress: options.progress, slots, thread, signal };
  const config = await fetchConfig(store, manifest.config, { source, layers: manifest.layers.length });
  notePlatform(config, options);
  const requests = layerRequests(manifest.layers, config);
  const batch = layerBatch(store);
  const layers = requests.map((request) =>
    batch.stack((place) =>
      fetchLayer(store, { ...request, place }, source).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    ),
  );
  await Promise.allSettled(layers.map(({ committed }) => committed));
  options.signal.throwIfAborted();
  stop.signal.throwIfAborted();
}

async function fetchConfig(
  store: Store,
  descriptor: Descriptor,
  { source, layers }: { source: LayerSource; layers: number },
): Promise<ImageConfig> {
  if (descriptor.size > CONFIG_LIMIT) {
    throw new TspodError(`image config of ${descriptor.size} bytes exceeds ${CONFIG_LIMIT} bytes`);
  }
  await fetchPlainBlob(store, descriptor, source);
  return parseConfigOf(readBlobText(store, descriptor.digest), layers);
}

function layerRequests(
  layers: readonly Descriptor[],
  { rootfs }: ImageConfig,
): Omit<LayerRequest, "place">[] {
  const chain = chainIds(rootfs.diff_ids);
  return layers.flatMap((descriptor, index) => {
    const [diffId, chainId] = [rootfs.diff_ids[index], chain[index]];
    if (diffId === undefined || chainId === undefined) return [];
    return [{ descriptor, diffId, chainId, below: chain.slice(0, index) }];
  });
}

/** An image without an index comes for the platform that it has; Podman warns, too. */
function notePlatform(config: ImageConfig, { platform, progress }: FetchOptions): void {
  if (platformFits(config, platform)) return;
  const words = ({ os, architecture, variant }: typeof platform): string =>
    [os, architecture, ...(variant ? [variant] : [])].join("/");
  progress.note(
    `WARNING: image platform (${words(config)}) does not match the expected platform (${words(platform)})`,
  );
}
