import type { PartialBlob } from "../blobs/blobs.ts";
import { drain } from "../blobs/drain.ts";
import type { Store } from "../store.ts";
import type { LayerPlace } from "./layer-batch.ts";
import { unpackLayer } from "./layers.ts";
import type { UnpackRequest } from "./unpack-request.ts";

/** How to unpack a layer whose bytes come with its blob. */
export type StoreRequest = Omit<UnpackRequest, "source"> & { readonly place: LayerPlace };

export interface LayerInOneGo {
  readonly partial: PartialBlob;
  /**
   * All bytes of the blob, each written to `partial` when it comes by; it ends when `partial` is verified.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Store a layer's blob and unpack it, reading it once.
 * @throws {TspodError} If the blob is not what its descriptor says, or does not unpack to its diffID.
 */
export async function storeLayer(
  store: Store,
  request: StoreRequest,
  { partial, bytes }: LayerInOneGo,
): Promise<void> {
  let stored: Promise<void> | undefined;
  async function* committing(): AsyncGenerator<Uint8Array, void> {
    yield* bytes;
    stored = partial.commit(request.place.batch.writeOut.flushed);
    stored.catch(() => undefined); // it is looked at below
  }
  const all = committing();
  const unpacked = unpackLayer(store, { ...request, source: keptOpen(all) });
  // The unpacker may stop early: the layer turns out to be here, or the bytes are no tar. The verdict on the
  // blob comes with its end, and goes before that of the unpacker: damaged on the way is another thing than
  // damaged at its origin.
  await unpacked.catch(() => undefined);
  await drain(all);
  await stored;
  await unpacked;
}

/** The same bytes; a consumer that leaves early doesn't end them. */
function keptOpen(bytes: AsyncGenerator<Uint8Array, void>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }) };
}
