import type { Digest } from "../../oci/digest.ts";
import type { Store } from "../store.ts";
import { type WriteOut, writeOut } from "../tree/write-out.ts";
import { layerFiles } from "./layer-record.ts";

/**
 * Layers of one image that are made one after the other or side by side: none waits for another one's flush.
 */
export interface LayerBatch {
  /**
   * Begin with one more layer, on top of those before.
   * @param make settles when the layer is committed, or was here already
   */
  stack(make: (place: LayerPlace) => Promise<void>): StackedLayer;
  /**
   * Absolute path of a layer's files: in their place, or where they were made if they are still to be
   * flushed.
   */
  filesOf(chainId: Digest): string;
  /** All of a layer's files are made, and stay at `path` until `committed` is called. */
  unpacked(chainId: Digest, path: string): void;
  committed(chainId: Digest): void;
  readonly writeOut: WriteOut;
}

/** A layer's place in a batch. */
export interface LayerPlace {
  readonly batch: LayerBatch;
  /**
   * Fulfilled when all layers below are whole, in the batch or in their places: then hard links to their
   * files can be made.
   */
  readonly belowUnpacked: Promise<unknown>;
  /** Fulfilled when they are committed: that is done base first. */
  readonly belowCommitted: Promise<unknown>;
  /** To be called when the layer's own files are whole. */
  readonly onUnpacked: () => void;
}

export interface StackedLayer {
  /** Fulfilled when this layer and all below are whole. */
  readonly unpacked: Promise<unknown>;
  readonly committed: Promise<void>;
}

/** The place of a layer all of whose layers below are committed. */
export function placeOnTop(store: Store): LayerPlace {
  return {
    batch: layerBatch(store),
    belowUnpacked: Promise.resolve(),
    belowCommitted: Promise.resolve(),
    onUnpacked: () => undefined,
  };
}

export function layerBatch(store: Store): LayerBatch {
  const places = new Map<Digest, string>();
  let top: StackedLayer = { unpacked: Promise.resolve(), committed: Promise.resolve() };

  function stack(make: (place: LayerPlace) => Promise<void>): StackedLayer {
    const below = top;
    const own = Promise.withResolvers<void>();
    const committed = make({
      batch,
      belowUnpacked: below.unpacked,
      belowCommitted: below.committed,
      onUnpacked: own.resolve,
    });
    committed.then(own.resolve, own.reject);
    const unpacked = Promise.all([below.unpacked, own.promise]);
    // the caller that waits for one gets the error
    for (const promise of [unpacked, committed]) promise.catch(() => undefined);
    top = { unpacked, committed };
    return top;
  }

  const batch: LayerBatch = {
    stack,
    filesOf: (chainId) => places.get(chainId) ?? layerFiles(store, chainId),
    unpacked: (chainId, path) => places.set(chainId, path),
    committed: (chainId) => places.delete(chainId),
    writeOut: writeOut(store.root),
  };
  return batch;
}
