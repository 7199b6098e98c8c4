import type { Digest } from "../../oci/digest.ts";
import type { DecompressThread } from "../compression/decompress-thread.ts";
import type { LayerPlace } from "./layer-batch.ts";

/** A layer to be made of its blob. */
export interface UnpackRequest {
  readonly chainId: Digest;
  readonly diffId: Digest;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  /** Among layers that are unpacked at the same time. Default: all below are committed. */
  readonly place?: LayerPlace;
  /**
   * The blob as stored; its first bytes say whether it is gzip, zstd or plain. It must not wait for a partial
   * blob's lock once it is being read, so open that first. It is read to its end, unless the layer turns out
   * to be here.
   */
  readonly source: AsyncIterable<Uint8Array>;
  /** It is a plain tar, which the caller verifies. */
  readonly isVerifiedTar?: boolean;
  /** Decompresses it; without one it is done here, which is quicker for a small layer. */
  readonly thread?: DecompressThread;
  readonly signal?: AbortSignal;
}
