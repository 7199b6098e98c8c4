import { createReadStream } from "node:fs";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RegistryClient } from "../../registry/client.ts";
import { blobPath, hasBlob, openPartialBlob, type PartialBlob } from "../../storage/blobs/blobs.ts";
import { drain } from "../../storage/blobs/drain.ts";
import type { DecompressThread } from "../../storage/compression/decompress-thread.ts";
import type { LayerPlace } from "../../storage/layers/layer-batch.ts";
import { hasLayer, unpackLayer } from "../../storage/layers/layers.ts";
import { type StoreRequest, storeLayer } from "../../storage/layers/store-layer.ts";
import type { Store } from "../../storage/store.ts";
import { isDiskFull } from "./disk-full.ts";
import { downloadBlob } from "./download-blob.ts";
import type { BlobProgress, PullProgress } from "./pull-progress.ts";
import type { Slots } from "./slots.ts";

/** One layer of an image that is being pulled. */
export interface LayerRequest {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  readonly chainId: Digest;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  readonly place: LayerPlace;
}

export interface LayerSource {
  readonly client: RegistryClient;
  readonly progress: PullProgress;
  readonly slots: Slots;
  readonly thread: DecompressThread;
  readonly signal: AbortSignal;
}

/** Bytes at once, from a blob that is here. */
const READ_CHUNK = 1024 * 1024;
/** Bytes of a compressed layer that is worth a thread's start, which takes some 20 ms. */
const THREAD_SIZE = 2 * 1024 * 1024;

/**
 * Make one layer, and its blob, be in the store: downloaded, verified and unpacked in one go. Repeatable.
 * @throws {TspodError} If the blob can't be had, is not what its descriptor says, or doesn't unpack to its
 * diffID.
 */
export async function fetchLayer(store: Store, layer: LayerRequest, source: LayerSource): Promise<void> {
  const { descriptor, chainId } = layer;
  const slot = await source.slots.take();
  using _slot = slot;
  source.signal.throwIfAborted();
  const present = hasBlob(store, descriptor) && hasLayer(store, chainId);
  const bar = source.progress.blob({ ...blobOf(descriptor), present });
  if (present) return;
  const damaged = await fetchOnce(store, layer, { ...source, bar, slot });
  // What an earlier try had left was not the beginning of this blob; it is deleted now.
  if (damaged) await fetchOnce(store, layer, { ...source, bar, slot });
  await layer.place.belowCommitted;
}

/** Whether a layer is to be decompressed by the thread. */
export function wantsThread({ size }: Descriptor): boolean {
  return size >= THREAD_SIZE;
}

/** Make a blob that is no layer be in the store. */
export async function fetchPlainBlob(
  store: Store,
  descriptor: Descriptor,
  {
    kind = "config",
    ...source
  }: Pick<LayerSource, "client" | "progress" | "signal"> & {
    /** What it is called on the way. */
    readonly kind?: "blob" | "config";
  },
): Promise<void> {
  const present = hasBlob(store, descriptor);
  const bar = source.progress.blob({ ...blobOf(descriptor), kind, present });
  if (present) return;
  // What an earlier pull has left may be damaged: then it is fetched anew, once.
  const damaged = await fetchPlainOnce(store, descriptor, { ...source, bar });
  if (damaged) await fetchPlainOnce(store, descriptor, { ...source, bar });
}

/** @returns whether it failed for the bytes that an earlier try had left */
async function fetchPlainOnce(
  store: Store,
  descriptor: Descriptor,
  source: Pick<LayerSource, "client" | "progress" | "signal"> & { readonly bar: BlobProgress },
): Promise<boolean> {
  const partial = await openPartialBlob(store, descriptor);
  if (partial === undefined) return false;
  const resumed = partial.offset > 0;
  try {
    await drain(downloadBlob(partial, { ...source, descriptor }));
    await partial.commit();
    return false;
  } catch (error) {
    source.signal.throwIfAborted();
    if (!resumed || isDiskFull(error) || !isMismatch(partial, descriptor)) throw error;
    await partial.discard();
    return true;
  } finally {
    await partial.close();
  }
}

type OneLayerSource = LayerSource & { readonly bar: BlobProgress; readonly slot: Disposable };

/** @returns whether it failed for the bytes that an earlier try had left */
async function fetchOnce(store: Store, layer: LayerRequest, source: OneLayerSource): Promise<boolean> {
  const { descriptor } = layer;
  // The blob comes first, then the layer: a holder of a layer's lock never waits for that of a blob.
  const partial = hasBlob(store, descriptor) ? undefined : await openPartialBlob(store, descriptor);
  if (partial === undefined) {
    await unpackLayer(store, { ...unpackRequest(layer, source), source: readBlob(store, descriptor.digest) });
    source.bar.done();
    return false;
  }
  const resumed = partial.offset > 0;
  try {
    const bytes = releasing(downloadBlob(partial, { ...source, descriptor }), source.slot);
    await storeLayer(store, unpackRequest(layer, source), { partial, bytes });
    return false;
  } catch (error) {
    // No use in keeping what fills the disk.
    if (isDiskFull(error)) await partial.discard();
    source.signal.throwIfAborted();
    if (resumed && !isDiskFull(error) && isMismatch(partial, descriptor)) {
      await partial.discard();
      return true;
    }
    throw error;
  } finally {
    await partial.close();
  }
}

function unpackRequest(
  { descriptor, ...layer }: LayerRequest,
  { thread, signal }: LayerSource,
): StoreRequest {
  return { ...layer, signal, ...(wantsThread(descriptor) && { thread }) };
}

/** All bytes received, or all of the blob's size: then a failure was the verdict. */
function isMismatch(partial: PartialBlob, { size }: Descriptor): boolean {
  return partial.offset === size;
}

function readBlob(store: Store, digest: Digest): AsyncIterable<Uint8Array> {
  return createReadStream(blobPath(store, digest), { highWaterMark: READ_CHUNK });
}

/** The slot is for downloads: it is free again while the unpacker waits for the layer below. */
async function* releasing(bytes: AsyncIterable<Uint8Array>, slot: Disposable): AsyncGenerator<Uint8Array> {
  yield* bytes;
  slot[Symbol.dispose]();
}

function blobOf({ digest, size }: Descriptor): { kind: "blob"; digest: Digest; size: number } {
  return { kind: "blob", digest, size };
}
