import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { TspodError } from "../../../errors.ts";
import type { Descriptor } from "../../../oci/descriptor.ts";
import type { Digest } from "../../../oci/digest.ts";
import { decompressed } from "../../compression/decompress.ts";
import { lastingChunks } from "../../compression/lasting-chunks.ts";
import type { StoredImage } from "../../images/stored-image.ts";
import { hasLayerBlob, streamLayerBlob } from "../../layers/layer-blob.ts";
import { readLayer } from "../../layers/layers.ts";
import type { Store } from "../../store.ts";

/** One layer of an image that is being saved. */
export interface SavedLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  readonly chainId: Digest;
}

/** An image's layers, base first. @throws {TspodError} If the config belongs to another image. */
export function layersOf({ manifest, config, chainIds, id }: StoredImage): SavedLayer[] {
  return manifest.layers.map((descriptor, index) => {
    const [diffId, chainId] = [config.rootfs.diff_ids[index], chainIds[index]];
    if (diffId === undefined || chainId === undefined)
      throw new TspodError(`image "${id}" is damaged: its config has other layers than its manifest`);
    return { descriptor, diffId, chainId };
  });
}

/** A layer's blob as it is stored. @throws {TspodError} If it is not here. */
export function storedBytes(store: Store, { descriptor }: SavedLayer): AsyncIterable<Uint8Array> {
  if (!hasLayerBlob(store, descriptor))
    throw new TspodError(`layer blob "${descriptor.digest}" is missing: pull the image again`);
  return streamLayerBlob(store, descriptor.digest);
}

/** A layer's tar, and its size. */
export function tarBytes(
  store: Store,
  layer: SavedLayer,
): { size: number; bytes: AsyncIterable<Uint8Array> } {
  return {
    size: readLayer(store, layer.chainId).size,
    bytes: lastingChunks(decompressed(storedBytes(store, layer))),
  };
}

/** A layer's tar, compressed with gzip: the same bytes each time, with the same zlib. */
export function gzippedBytes(store: Store, layer: SavedLayer): AsyncIterable<Uint8Array> {
  const tar = Readable.from(tarBytes(store, layer).bytes, { objectMode: false });
  // The callback may ignore a failure: pipeline() destroys gzip with it, so the reader gets the error.
  return pipeline(tar, createGzip(), () => undefined);
}
