import { TspodError } from "../../errors.ts";
import {
  convertManifest,
  type ManifestKind,
  manifestKind,
  manifestType,
} from "../../oci/convert-manifest.ts";
import { type Descriptor, totalSize } from "../../oci/descriptor.ts";
import { type Digest, isDigest, sha256 } from "../../oci/digest.ts";
import { missingCompressions, tellingCompression, zstdLast } from "../../oci/list-compression.ts";
import { isImageManifest } from "../../oci/manifest.ts";
import { isIndexType, mediaType } from "../../oci/media-type.ts";
import { parseAnyManifest, parseIndex } from "../../oci/parse-manifest.ts";
import { formatReference, type Reference } from "../../oci/reference.ts";
import { openRegistry } from "../../registry/client.ts";
import { pushEndpoint } from "../../registry/configuration/endpoints.ts";
import { loadRegistriesConf } from "../../registry/configuration/registries-conf.ts";
import { pushManifest } from "../../registry/push-manifest.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { hasBlob, readBlobText } from "../../storage/blobs/blobs.ts";
import type { PushCompression } from "../../storage/layers/recompressed-layer.ts";
import { leaseContent } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { silentProgress } from "../pull/pull-progress.ts";
import { type Push, pushLayers, pushStored } from "./push-layers.ts";
import type { PushOptions, PushSource } from "./push-options.ts";

/** A manifest or an index as the registry has it now. */
type Pushed = Pick<Descriptor, "mediaType" | "digest" | "size">;

/** With the layers that its manifest names now; none of an index. */
type PushedImage = Pushed & { readonly layers: readonly Descriptor[] };

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
  push.progress.note("Getting image list signatures");
  const { manifests, copies } = await pushInstances(push, index.manifests);
  push.progress.note("Writing manifest list to image destination");
  const entries = copies.length === 0 ? manifests : zstdLast([...manifests, ...copies]);
  const changed = entries.some((each, at) => each !== index.manifests[at]);
  // Docker's kind of list can't tell of zstd.
  const kind = push.options.format ?? (copies.length > 0 ? "oci" : manifestKind(source.mediaType));
  const unchanged = !changed && kind === manifestKind(source.mediaType);
  const type = kind === "oci" ? mediaType.ociIndex : mediaType.dockerManifestList;
  const pushed = await storeManifest(push, which, {
    mediaType: unchanged ? source.mediaType : type,
    content: unchanged ? text : JSON.stringify({ ...index, mediaType: type, manifests: entries }),
  });
  push.progress.note("Storing list signatures");
  return pushed;
}

/**
 * The images of a list that are wanted, and copies of them in the compressions that are to be added.
 * @returns the entries as they are now, the very same ones where nothing has changed, and those of the copies
 */
async function pushInstances(
  push: Push,
  entries: readonly Descriptor[],
): Promise<{ manifests: Descriptor[]; copies: Descriptor[] }> {
  const { instances, addCompression = [] } = push.options;
  const missing =
    addCompression.length === 0 ? undefined : missingCompressions(images(push, entries), addCompression);
  const copiesOf = (each: Descriptor) => missing?.get(each) ?? [];
  const isWanted = ({ digest }: Descriptor) => instances?.includes(digest) ?? true;
  const total = entries.filter(isWanted).reduce((sum, each) => sum + 1 + copiesOf(each).length, 0);
  const { note } = push.progress;
  note(`Copying ${total} images generated from ${entries.length} images in list`);
  const manifests: Descriptor[] = [];
  const copies: Descriptor[] = [];
  let count = 0;
  for (const each of entries) {
    if (!isWanted(each)) {
      manifests.push(each);
      continue;
    }
    note(`Copying image ${each.digest} (${++count}/${total})`);
    const pushed = await pushInstance(push, each);
    manifests.push(entryNow(each, pushed));
    for (const compression of copiesOf(each)) {
      note(`Replicating image ${each.digest} (${++count}/${total})`);
      const copy = entryNow(each, await pushInstance(recompressing(push, compression), each));
      // Layers that are compressed so already stay what they are.
      if (copy.digest !== pushed.digest) copies.push(copy);
    }
  }
  return { manifests, copies };
}

/** The images among the entries of a list, which may name artifacts and other lists, too. */
function images({ store }: Push, entries: readonly Descriptor[]): Descriptor[] {
  return entries.filter(
    (entry) =>
      !isIndexType(entry.mediaType) &&
      hasBlob(store, entry) &&
      isImageManifest(parseAnyManifest(readBlobText(store, entry.digest))),
  );
}

/** A copy for --add-compression is one of the compressor's own level, and a list in a list has none. */
function recompressing(push: Push, compression: PushCompression): Push {
  const { compressionLevel: _, addCompression: __, ...options } = push.options;
  return { ...push, options: { ...options, compression } };
}

/** The very same entry where it tells the same. */
function entryNow(entry: Descriptor, { layers, ...pushed }: PushedImage): Descriptor {
  const told = tellingCompression(entry, layers);
  return told === entry && pushed.digest === entry.digest ? entry : { ...told, ...pushed };
}

async function pushInstance(push: Push, instance: Descriptor): Promise<PushedImage> {
  if (!hasBlob(push.store, instance))
    throw new TspodError(
      `image "${instance.digest}" of the list is not here: pull it, or push the list alone`,
    );
  if (isIndexType(instance.mediaType))
    return { ...(await pushIndex(push, instance, instance.digest)), layers: [] };
  push.progress.sources(blobsSize(push.store, instance.digest));
  return pushImage(push, instance, undefined);
}

/** Bytes of all that a manifest in the store names. */
function blobsSize(store: Store, digest: Digest): number {
  const { config, layers } = parseAnyManifest(readBlobText(store, digest));
  return totalSize([config, ...layers]);
}

/** @param which a tag or digest; undefined: the digest that it gets */
async function pushImage(push: Push, source: PushSource, which: string | undefined): Promise<PushedImage> {
  const { format, compression } = push.options;
  // Docker's kind of manifest has no word for zstd.
  const isZstd = compression === "zstd" || compression === "zstd:chunked";
  const own = isZstd ? "oci" : manifestKind(source.mediaType);
  try {
    return await pushImageAs(push, source, { which, kind: format ?? own });
  } catch (error) {
    if (isZstd || format !== undefined || (which !== undefined && isDigest(which)) || !isRefusedKind(error))
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
): Promise<PushedImage> {
  const { store, progress } = push;
  const text = readBlobText(store, source.digest);
  const manifest = parseAnyManifest(text);
  if (!isImageManifest(manifest)) return pushArtifact(push, source, which ?? source.digest);
  const layers = await pushLayers(push, manifest.layers, kind);
  await pushStored(push, manifest.config, "config");
  const same = layers.every((layer, at) => layer === manifest.layers[at]);
  const unchanged = same && kind === manifestKind(source.mediaType);
  const content = unchanged ? text : convertManifest(text, kind, layers);
  const type = unchanged ? source.mediaType : manifestType(kind);
  // More bars follow those of a list's member.
  if (which === undefined) progress.note("Writing manifest to image destination");
  else progress.writing();
  return { ...(await storeManifest(push, which ?? sha256(content), { mediaType: type, content })), layers };
}

/** What a list names that is no image: every byte stays what it is. */
async function pushArtifact(push: Push, source: PushSource, which: string): Promise<PushedImage> {
  if (push.options.format === "docker")
    throw new TspodError(`"${source.digest}" of the list is an artifact: the format v2s2 has none`);
  const content = readBlobText(push.store, source.digest);
  const { config, layers } = parseAnyManifest(content);
  for (const layer of layers) await pushStored(push, layer, "blob");
  await pushStored(push, config, "config");
  push.progress.note("Writing manifest to image destination");
  return { ...(await storeManifest(push, which, { mediaType: source.mediaType, content })), layers: [] };
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
