import { createReadStream } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import { fetchLayer } from "../../image/pull/fetch-layer.ts";
import { silentProgress } from "../../image/pull/pull-progress.ts";
import { createSlots } from "../../image/pull/slots.ts";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { openPartialBlob, streamBlob } from "../../storage/blobs/blobs.ts";
import { decompressThread } from "../../storage/compression/decompress-thread.ts";
import { layerBatch } from "../../storage/layers/layer-batch.ts";
import { hasLayer, unpackLayer } from "../../storage/layers/layers.ts";
import { storeLayer } from "../../storage/layers/store-layer.ts";
import type { Store } from "../../storage/store.ts";
import type { BlobSource } from "./cache-image.ts";

interface Chain {
  /** Base first; as many as are wanted. */
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly Digest[];
  readonly source: BlobSource;
}

/**
 * Make a chain of layers be in the store, without the blobs of those that are here.
 * @throws {TspodError} If one can't be had.
 */
export async function fetchChain(
  store: Store,
  { layers, diffIds, source }: Chain,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const chain = chainIds(diffIds);
  await using thread = decompressThread();
  const slots = createSlots(1);
  const batch = layerBatch(store);
  for (const [index, descriptor] of layers.entries()) {
    const [diffId, chainId] = [diffIds[index], chain[index]];
    if (diffId === undefined || chainId === undefined || hasLayer(store, chainId)) continue;
    const request = { descriptor, diffId, chainId, below: chain.slice(0, index) };
    const stacked = batch.stack((place) =>
      source.kind === "registry"
        ? fetchLayer(
            store,
            { ...request, place },
            { client: source.client, progress: silentProgress(), slots, thread, signal },
          )
        : readLayer(store, { ...request, place, path: source.path, signal }),
    );
    await stacked.committed;
  }
}

type LayerFile = Parameters<typeof storeLayer>[1] & {
  readonly descriptor: Descriptor;
  /** Of the layout. */
  readonly path: string;
};

/** A layer of an OCI layout, checked as it is read. */
async function readLayer(store: Store, { descriptor, path, ...request }: LayerFile): Promise<void> {
  const partial = await openPartialBlob(store, descriptor);
  if (partial === undefined) {
    await unpackLayer(store, { ...request, source: streamBlob(store, descriptor.digest) });
    return;
  }
  try {
    await partial.restart();
    const file = join(path, "blobs", "sha256", digestHex(descriptor.digest));
    const bytes = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of createReadStream(file)) {
        await partial.write(chunk as Buffer);
        yield chunk as Buffer;
      }
    };
    await storeLayer(store, request, { partial, bytes: bytes() });
  } catch (cause) {
    request.signal?.throwIfAborted();
    throw new TspodError(`reading layer "${descriptor.digest}" of the cache`, { cause });
  } finally {
    await partial.discard();
  }
}
