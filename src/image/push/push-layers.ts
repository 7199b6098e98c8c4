import { TspodError } from "../../errors.ts";
import {
  isForeignLayer,
  layerCompression,
  layerType,
  type ManifestKind,
} from "../../oci/convert-manifest.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { blobPath, hasBlob } from "../../storage/blobs/blobs.ts";
import { recompressedAs, recordRecompressed } from "../../storage/blobs/recompressed-as.ts";
import { CHUNKED_TABLE } from "../../storage/chunked/annotations.ts";
import { hasLayerBlob, layerBlobFile } from "../../storage/layers/layer-blob.ts";
import type { PushCompression } from "../../storage/layers/recompressed-layer.ts";
import { createSlots } from "../pull/slots.ts";
import { type BlobPush, pushFile, reuseBlob } from "./push-file.ts";
import type { PushOptions } from "./push-options.ts";

/** Layers that are sent at once. */
const PARALLEL_UPLOADS = 4;

/** What all parts of one push need to know. */
export interface Push extends BlobPush {
  readonly options: PushOptions;
}

/** Side by side; the first failure stops the others. */
export async function pushLayers(
  push: Push,
  layers: readonly Descriptor[],
  kind: ManifestKind,
): Promise<Descriptor[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([push.signal, stop.signal]);
  const slots = createSlots(PARALLEL_UPLOADS);
  // An image may have the same layer twice, as empty ones are.
  const once = new Map<Digest, Promise<Descriptor>>();
  const pushed = layers.map((layer) => {
    const pushing = once.get(layer.digest) ?? inSlot(layer);
    once.set(layer.digest, pushing);
    return pushing;
  });
  async function inSlot(layer: Descriptor): Promise<Descriptor> {
    using _slot = await slots.take();
    signal.throwIfAborted();
    return await pushLayer({ ...push, signal }, layer, kind).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    });
  }
  await Promise.allSettled(pushed);
  push.signal.throwIfAborted();
  stop.signal.throwIfAborted();
  return Promise.all(pushed);
}

/** @returns the very same descriptor where nothing about the layer changes */
async function pushLayer(push: Push, layer: Descriptor, kind: ManifestKind): Promise<Descriptor> {
  const stored = layerCompression(layer.mediaType);
  const compression = wantedCompression(stored, kind, push.options);
  const type = layerType(layer.mediaType, kind, compression === "zstd:chunked" ? "zstd" : compression);
  if (isForeignLayer(layer)) return { ...layer, mediaType: layerType(layer.mediaType, kind, stored) };
  // A level asks for bytes of that level, whatever the layer is compressed with now.
  const isSame = compression === "zstd:chunked" ? isChunked(layer) : compression === stored;
  const isOther = !isSame || push.options.compressionLevel !== undefined;
  if (isOther && compression !== "none") return pushRecompressed(push, layer, { compression, type });
  await layerBlobFile(push.store, layer);
  await pushStored(push, layer, "blob");
  return type === layer.mediaType ? layer : { ...layer, mediaType: type };
}

/** Whether a layer has the table of contents that zstd:chunked is zstd with. */
function isChunked({ mediaType: type, annotations = {} }: Descriptor): boolean {
  return layerCompression(type) === "zstd" && CHUNKED_TABLE in annotations;
}

/** As Podman: a registry gets no plain tars, and Docker's kind of manifest knows no zstd. */
function wantedCompression(
  stored: "gzip" | "zstd" | "none",
  kind: ManifestKind,
  { compression }: PushOptions,
): PushCompression | "none" {
  if (compression !== undefined) return compression;
  return stored === "zstd" && kind === "oci" ? "zstd" : "gzip";
}

export async function pushStored(push: Push, descriptor: Descriptor, kind: "blob" | "config"): Promise<void> {
  const { store } = push;
  if (!hasBlob(store, descriptor))
    throw new TspodError(`${kind} "${descriptor.digest}" is missing: pull the image again`);
  const { digest, size } = descriptor;
  await pushFile(push, { digest, size, kind, path: blobPath(store, digest) });
}

/**
 * Compressing takes longer than anything else: it is not done if the registry has the result of the last
 * time.
 */
async function pushRecompressed(
  push: Push,
  layer: Descriptor,
  { compression, type }: { compression: PushCompression; type: string },
): Promise<Descriptor> {
  const { store, signal } = push;
  // Annotations of the layer may be about its bytes, which change here.
  const { annotations: _, ...rest } = layer;
  const level = push.options.compressionLevel;
  // Another level makes other bytes of it: what is remembered is of the usual one.
  const known = level === undefined ? recompressedAs(store, layer.digest, compression) : undefined;
  if (known !== undefined && (await reuseBlob(push, { ...known, kind: "blob" })))
    return { ...rest, mediaType: type, ...known };
  if (!hasLayerBlob(store, layer))
    throw new TspodError(`blob "${layer.digest}" is missing: pull the image again`);
  // With zlib, which a push that sends everything as it is has no use for.
  const { recompressLayer } = await import("../../storage/layers/recompressed-layer.ts");
  using file = await recompressLayer(store, layer, { compression, level, signal });
  const { digest, size, path, annotations } = file;
  const recompressed = { digest, size, ...(annotations && { annotations }) };
  if (level === undefined) recordRecompressed(store, layer.digest, { compression, ...recompressed });
  await pushFile(push, { digest, size, path, kind: "blob" });
  return { ...rest, mediaType: type, ...recompressed };
}
