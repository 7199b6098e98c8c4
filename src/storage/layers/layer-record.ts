import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError } from "../../errors.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { type IdMaps, idMapsKey } from "../../oci/id-maps.ts";
import { hasCode } from "../../os/system-error.ts";
import type { DecompressThread } from "../compression/decompress-thread.ts";
import { parseRecord } from "../record.ts";
import type { Store } from "../store.ts";
import type { LayerPlace } from "./layer-batch.ts";

/** layers/<chainID hex>/layer.json */
export interface LayerRecord {
  readonly schemaVersion: 1;
  readonly chainId: Digest;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  readonly diffId: Digest;
  /** Bytes of the uncompressed tar. */
  readonly size: number;
}

/** Absolute path of a layer, there or not. */
export function layerPath(store: Store, chainId: Digest): string {
  return join(store.layers, digestHex(chainId));
}

/** Absolute path of the directory of a layer's files. */
export function layerFiles(store: Store, chainId: Digest): string {
  return join(layerPath(store, chainId), "fs");
}

/** Absolute path of a layer's copy for other owners, there or not: it goes with the layer. */
export function mappedLayerPath(store: Store, chainId: Digest, maps: IdMaps): string {
  return join(layerPath(store, chainId), "maps", idMapsKey(maps));
}

/** Whether a layer is here, whole. */
export function hasLayer(store: Store, chainId: Digest): boolean {
  return existsSync(join(layerPath(store, chainId), "layer.json"));
}

/** @throws {NotFoundError} If it is not here. */
export function readLayer(store: Store, chainId: Digest): LayerRecord {
  const path = join(layerPath(store, chainId), "layer.json");
  try {
    return parseRecord<LayerRecord>(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (hasCode(error, "ENOENT"))
      throw new NotFoundError(`layer "${chainId}" is not in the store: pull its image again`);
    throw error;
  }
}

export interface UnpackRequest {
  readonly chainId: Digest;
  readonly diffId: Digest;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  /** Among layers that are unpacked at the same time. Default: all below are committed. */
  readonly place?: LayerPlace;
  /**
   * The blob as stored (gzip, zstd or plain: told by its first bytes). It must not wait for a partial blob's
   * lock once it is being read: open that first. It is read to its end, unless the layer turns out to be
   * here.
   */
  readonly source: AsyncIterable<Uint8Array>;
  /** It is a plain tar, and whoever gives it verifies it. */
  readonly isVerifiedTar?: boolean;
  /** Decompresses it; without one it is done here, which is quicker for a small layer. */
  readonly thread?: DecompressThread;
  readonly signal?: AbortSignal;
}
