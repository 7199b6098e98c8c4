import type { Digest } from "../oci/digest.ts";
import type { Store } from "./store.ts";

/** layers/<chainID hex>/layer.json */
export interface LayerRecord {
  readonly schemaVersion: 1;
  readonly chainId: Digest;
  readonly parent?: Digest;
  readonly diffId: Digest;
  /** Bytes of the uncompressed tar. */
  readonly size: number;
}

/** Absolute path of the directory of a layer's files. */
export function layerFiles(store: Store, chainId: Digest): string {
  throw new Error(`${store} ${chainId}`);
}

export function hasLayer(store: Store, chainId: Digest): boolean {
  throw new Error(`${store} ${chainId}`);
}

export function readLayer(store: Store, chainId: Digest): LayerRecord {
  throw new Error(`${store} ${chainId}`);
}

export interface UnpackRequest {
  readonly chainId: Digest;
  readonly diffId: Digest;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  /** Fulfilled when the layer just below is committed: layers are unpacked side by side, and committed base first. */
  readonly belowCommitted?: Promise<unknown>;
  /**
   * The blob as stored (gzip, zstd or plain: told by its first bytes). It must not wait for a partial blob's lock once it
   * is being read: open that first. It is read to its end, unless the layer turns out to be here.
   */
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/**
 * Unpack one layer, verify its diffID, make it visible. Already there is success. Two processes that unpack the same
 * layer wait for each other.
 * @throws {TspodError} If the tar is hostile or damaged, or the diffID another.
 */
export async function unpackLayer(store: Store, request: UnpackRequest): Promise<LayerRecord> {
  throw new Error(`${store} ${request}`);
}
