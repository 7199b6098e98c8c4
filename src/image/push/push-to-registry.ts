import { TspodError } from "../../errors.ts";
import {
  convertManifest,
  isForeignLayer,
  layerCompression,
  layerType,
  type ManifestKind,
  manifestKind,
  manifestType,
} from "../../oci/convert-manifest.ts";
import { type Descriptor, totalSize } from "../../oci/descriptor.ts";
import { type Digest, isDigest, sha256 } from "../../oci/digest.ts";
import { isIndexType, mediaType } from "../../oci/media-type.ts";
import { parseAnyManifest, parseIndex } from "../../oci/parse-manifest.ts";
import { formatReference, type Reference } from "../../oci/reference.ts";
import { openRegistry } from "../../registry/client.ts";
import { pushEndpoint } from "../../registry/configuration/endpoints.ts";
import { loadRegistriesConf } from "../../registry/configuration/registries-conf.ts";
import { pushManifest } from "../../registry/push-manifest.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { blobPath, hasBlob, readBlobText } from "../../storage/blobs/blobs.ts";
import { recompressedAs, recordRecompressed } from "../../storage/blobs/recompressed-as.ts";
import { CHUNKED_TABLE } from "../../storage/chunked/annotations.ts";
import { hasLayerBlob, layerBlobFile } from "../../storage/layers/layer-blob.ts";
import type { PushCompression } from "../../storage/layers/recompressed-layer.ts";
import { leaseContent } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { silentProgress } from "../pull/pull-progress.ts";
import { createSlots } from "../pull/slots.ts";
import { type BlobPush, pushFile, reuseBlob } from "./push-file.ts";
import type { PushOptions, PushSource } from "./push-options.ts";

/** Layers that are sent at once. */
const PARALLEL_UPLOADS = 4;

/** What all parts of one push need to know. */
interface Push extends BlobPush {
  readonly options: PushOptions;
}

/** A manifest or an index as the registry has it now. */
type Pushed = Pick<Descriptor, "mediaType" | "digest" | "size">;

/** The heavy half of pushToRegistry() in push.ts. */
export async function pushSource(
  store: Store,
  source: PushSource,
  destination: Reference,
  options: PushOptions,
): Promise<Digest> {
  const { progress = silentProgress(), signal = new AbortController().signal } = options;
  if (destination.digest !== undefined && destination.digest !== source.digest)
    throw new TspodError("Digest of source image's manifest would not match destination reference");
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const endpoint = pushEndpoint(destination, conf, options.tlsVerify);
  // What is sent must not be collected meanwhile.
  using _lease = await leaseContent(store);
  try {
    if (!isIndexType(source.mediaType)) progress.sources(blobsSize(store, source.digest));
    const { note } = progress;
    await using client = await openRegistry(endpoint, { ...options, conf, access: "push", signal, note });
    const push = { store, client, options, progress, signal };
    const which = destination.tag ?? destination.digest;
    if (which === undefined)
      throw new Error(`"${formatReference(destination)}" names neither tag nor digest`);
    const pushed = isIndexType(source.mediaType)
      ? await pushIndex(push, source, which)
      : await pushImage(push, source, which);
    return pushed.digest;
  } finally {
    progress.end();
  }
}

/** The images first, since an index is refused that names what isn't there. */
async function pushIndex(push: Push, source: PushSource, which: string): Promise<Pushed> {
  const text = readBlobText(push.store, source.digest);
  const index = parseIndex(text);
  const { instances } = push.options;
  const wanted = index.manifests.filter(({ digest }) => instances?.includes(digest) ?? true);
  const { note } = push.progress;
  note("Getting image list signatures");
  note(`Copying ${wanted.length} images generated from ${index.manifests.length} images in list`);
  const manifests: Descriptor[] = [];
  for (const each of index.manifests) {
    const at = wanted.indexOf(each);
    if (at >= 0) note(`Copying image ${each.digest} (${at + 1}/${wanted.length})`);
    manifests.push({ ...each, ...(at >= 0 && (await pushInstance(push, each))) });
  }
  note("Writing manifest list to image destination");
  const changed = manifests.some((each, at) => each.digest !== index.manifests[at]?.digest);
  const kind = push.options.format ?? manifestKind(source.mediaType);
  const unchanged = !changed && kind === manifestKind(source.mediaType);
  const type = kind === "oci" ? mediaType.ociIndex : mediaType.dockerManifestList;
  const pushed = await storeManifest(push, which, {
    mediaType: unchanged ? source.mediaType : type,
    content: unchanged ? text : JSON.stringify({ ...index, mediaType: type, manifests }),
  });
  note("Storing list signatures");
  return pushed;
}

async function pushInstance(push: Push, instance: Descriptor): Promise<Pushed> {
  if (!hasBlob(push.store, instance))
    throw new TspodError(
      `image "${instance.digest}" of the list is not here: pull it, or push the list alone`,
    );
  if (isIndexType(instance.mediaType)) return pushIndex(push, instance, instance.digest);
  push.progress.sources(blobsSize(push.store, instance.digest));
  return pushImage(push, instance, undefined);
}

/** Bytes of all that a manifest in the store names. */
function blobsSize(store: Store, digest: Digest): number {
  const { config, layers } = parseAnyManifest(readBlobText(store, digest));
  return totalSize([config, ...layers]);
}

/** @param which a tag or digest; undefined: the digest that it gets */
async function pushImage(push: Push, source: PushSource, which: string | undefined): Promise<Pushed> {
  const own = manifestKind(source.mediaType);
  const { format } = push.options;
  try {
    return await pushImageAs(push, source, { which, kind: format ?? own });
  } catch (error) {
    if (format !== undefined || (which !== undefined && isDigest(which)) || !isRefusedKind(error))
      throw error;
    const kind = own === "oci" ? "docker" : "oci";
    push.progress.note(`the registry refuses a manifest of kind ${own}: pushing one of kind ${kind}`);
    // Where it takes neither, what is wrong is not the kind.
    return await pushImageAs(push, source, { which, kind }).catch(() => Promise.reject(error));
  }
}

/** What registries say of a manifest of a kind that they don't know: 400 with this code, 405 or 415. */
function isRefusedKind(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause)
    if (e instanceof RegistryError) {
      const { status, code } = e.failure;
      return status === 405 || status === 415 || (status === 400 && code === "manifest invalid");
    }
  return false;
}

async function pushImageAs(
  push: Push,
  source: PushSource,
  { which, kind }: { readonly which: string | undefined; readonly kind: ManifestKind },
): Promise<Pushed> {
  const { store, progress } = push;
  const text = readBlobText(store, source.digest);
  const manifest = parseAnyManifest(text);
  const layers = await pushLayers(push, manifest.layers, kind);
  await pushStored(push, manifest.config, "config");
  const same = layers.every((layer, at) => layer === manifest.layers[at]);
  const unchanged = same && kind === manifestKind(source.mediaType);
  const content = unchanged ? text : convertManifest(text, kind, layers);
  const type = unchanged ? source.mediaType : manifestType(kind);
  // More bars follow those of a list's member.
  if (which === undefined) progress.note("Writing manifest to image destination");
  else progress.writing();
  return storeManifest(push, which ?? sha256(content), { mediaType: type, content });
}

async function storeManifest(
  { client, signal, progress }: Push,
  which: string,
  { mediaType: type, content }: { mediaType: string; content: string },
): Promise<Pushed> {
  try {
    const manifest = { mediaType: type, content, signal, note: progress.note };
    const digest = await pushManifest(client, which, manifest);
    return { mediaType: type, digest, size: Buffer.byteLength(content) };
  } catch (cause) {
    signal.throwIfAborted();
    throw new TspodError("writing manifest", { cause });
  }
}

/** Side by side; the first failure stops the others. */
async function pushLayers(
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

async function pushStored(push: Push, descriptor: Descriptor, kind: "blob" | "config"): Promise<void> {
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
