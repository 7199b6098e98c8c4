import type { Readable } from "node:stream";
import { TspodError } from "../../errors.ts";
import { chainIds } from "../../oci/chain-id.ts";
import { type Descriptor, totalSize } from "../../oci/descriptor.ts";
import { type Digest, sha256 } from "../../oci/digest.ts";
import { parseConfigOf } from "../../oci/parse-image-config.ts";
import { formatReference, isShortName, parseReference, withDefaultTag } from "../../oci/reference.ts";
import { counted, type TransferCounter } from "../../options/format-transfer.ts";
import { openPartialBlob, type PartialBlob, streamBlob, writeBlob } from "../blobs/blobs.ts";
import { addImage } from "../images/image-changes.ts";
import { layerBatch } from "../layers/layer-batch.ts";
import { unpackLayer } from "../layers/layers.ts";
import { type StoreRequest, storeLayer } from "../layers/store-layer.ts";
import { leaseContent } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import { openArchive } from "./archive-file.ts";
import type { ArchiveImage } from "./archive-image.ts";
import { isDockerArchive, readDockerArchive } from "./docker-archive.ts";
import { isOciArchive, ociEntries, readOciImage } from "./oci-archive.ts";
import { indexTar, type TarIndex } from "./tar-index.ts";

export interface LoadedImage {
  /** Full references; empty where the archive names none. */
  readonly names: readonly string[];
  readonly id: Digest;
}

export interface LoadOptions {
  /** Picks one manifest of an index: that for this machine. */
  readonly choose: (manifests: readonly Descriptor[]) => Descriptor;
  /** Asked for every image before any is stored; throws where one may not be. */
  readonly admit?: (image: OfferedImage) => Promise<void>;
  /** Told what is being done, a line each. */
  readonly note?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly counter?: TransferCounter | undefined;
}

/** @throws {TspodError} If it is no tar, in the words of Podman, which tries one form after the other. */
function indexFirst(fd: number): TarIndex {
  try {
    return indexTar(fd);
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    throw new TspodError("payload does not match any of the supported image formats", { cause });
  }
}

/** An image of an archive, before it is stored. */
export interface OfferedImage {
  readonly transport: "docker-archive" | "oci-archive" | "oci" | "dir";
  /** As the archive says it. */
  readonly name: string | undefined;
  /** Exact bytes. */
  readonly manifest: string;
}

/**
 * Load the images of a docker-archive (also one that is an OCI layout as well) or oci-archive, compressed as
 * a whole or not.
 * @param source absolute path, or a stream (spooled into the store's tmp)
 * @throws {TspodError} If it is neither, or damaged.
 */
export async function loadArchive(
  store: Store,
  source: string | Readable,
  options: LoadOptions,
): Promise<LoadedImage[]> {
  using archive = await openArchive(store, source, { signal: options.signal, counter: options.counter });
  const files = indexFirst(archive.fd);
  return await storeImages(store, files, { ...options, found: await readImages(files, options) });
}

/** An image to be stored, and the names that it gets: full references. */
export interface FoundImage {
  readonly image: ArchiveImage;
  readonly transport: OfferedImage["transport"];
  readonly names: readonly string[];
}

/**
 * Store images that were found in an archive or directory. Nothing is stored before all are admitted.
 * @throws {TspodError} If one is damaged, or not admitted.
 */
export async function storeImages(
  store: Store,
  files: TarIndex,
  {
    found,
    admit,
    note,
    signal,
    counter,
  }: Pick<LoadOptions, "admit" | "note" | "signal" | "counter"> & { readonly found: readonly FoundImage[] },
): Promise<LoadedImage[]> {
  using _lease = await leaseContent(store);
  for (const { image, names } of found) checkDigests(image, names);
  for (const { image, transport } of found)
    await admit?.({ transport, name: image.names[0], manifest: image.manifest });
  counter?.begin(
    "Storing layers",
    totalSize(found.flatMap(({ image }) => image.layers.map(({ descriptor }) => descriptor))),
  );
  const loaded: LoadedImage[] = [];
  for (const { image, names } of found) {
    note?.("Getting image source signatures");
    await storeImage(store, { tar: files, image, note, signal, counter });
    note?.("Writing manifest to image destination");
    loaded.push(await nameImage(store, image, names));
  }
  return loaded;
}

/**
 * manifest.json first: it can hold several images with full names, where Docker's index.json has tags only.
 */
async function readImages(tar: TarIndex, { choose }: LoadOptions): Promise<FoundImage[]> {
  if (isDockerArchive(tar)) {
    const images = await readDockerArchive(tar);
    return images.map((image) => ({
      image,
      transport: "docker-archive",
      names: image.names.map(fullName),
    }));
  }
  if (isOciArchive(tar))
    return ociEntries(tar).map((entry) => ({
      image: readOciImage(tar, entry, choose),
      transport: "oci-archive",
      names: entry.names.map(localName),
    }));
  throw new TspodError(
    'payload does not match any of the supported image formats: neither "manifest.json" nor "oci-layout" is in it',
  );
}

/** @throws {TspodError} If it is no reference. */
export function fullName(name: string): string {
  return formatReference(withDefaultTag(parseReference(name)));
}

/**
 * The name of an image in an OCI layout need not be a reference to a registry: a short name stays on this
 * machine.
 */
export function localName(name: string): string {
  return fullName(isShortName(name) ? `localhost/${name}` : name);
}

interface ImageToLoad {
  readonly tar: TarIndex;
  readonly image: ArchiveImage;
  readonly note: ((line: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly counter: TransferCounter | undefined;
}

interface LayersToLoad extends ImageToLoad {
  readonly chain: readonly Digest[];
  readonly diffIds: readonly Digest[];
}

async function storeImage(store: Store, { tar, image, note, signal, counter }: ImageToLoad): Promise<void> {
  const diffIds = parseConfigOf(image.config, image.layers.length).rootfs.diff_ids;
  const chain = chainIds(diffIds);
  await loadLayers(store, { tar, image, chain, diffIds, note, signal, counter });
  note?.(`Copying config ${sha256(image.config)}`);
  writeBlob(store, image.config);
  writeBlob(store, image.manifest);
}

async function loadLayers(
  store: Store,
  { tar, image, chain, diffIds, note, signal, counter }: LayersToLoad,
): Promise<void> {
  const batch = layerBatch(store);
  const layers: Promise<void>[] = [];
  try {
    for (const [index, { descriptor, file }] of image.layers.entries()) {
      signal?.throwIfAborted();
      note?.(`Copying blob ${descriptor.digest}`);
      const [chainId, diffId] = [chain[index], diffIds[index]];
      if (chainId === undefined || diffId === undefined) throw new Error("unequal lists");
      const request = { chainId, diffId, below: chain.slice(0, index), ...(signal && { signal }) };
      const { unpacked, committed } = batch.stack((place) =>
        loadLayer(store, { ...request, place }, { descriptor, bytes: counted(tar.stream(file), counter) }),
      );
      layers.push(committed);
      await unpacked; // it is flushed while the next one is read
    }
    await Promise.all(layers);
  } finally {
    await Promise.allSettled(layers);
  }
}

async function loadLayer(
  store: Store,
  request: StoreRequest,
  {
    descriptor,
    bytes,
  }: { descriptor: Pick<Descriptor, "digest" | "size">; bytes: AsyncIterable<Uint8Array> },
): Promise<void> {
  const partial = await openPartialBlob(store, descriptor);
  if (partial === undefined) {
    await unpackLayer(store, { ...request, source: streamBlob(store, descriptor.digest) });
    return;
  }
  try {
    await partial.restart();
    const isVerifiedTar = descriptor.digest === request.diffId;
    await storeLayer(store, { ...request, isVerifiedTar }, { partial, bytes: writtenTo(partial, bytes) });
  } finally {
    await partial.discard();
  }
}

async function* writtenTo(
  partial: PartialBlob,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    await partial.write(chunk);
    yield chunk;
  }
  await partial.verify();
}

/**
 * A name with a digest is a promise about the image: an archive can't make it for another one's digest.
 * @throws {TspodError} If a name has another digest than the manifest.
 */
function checkDigests(image: ArchiveImage, names: readonly string[]): void {
  for (const name of names) {
    const { digest } = parseReference(name);
    if (digest !== undefined && digest !== sha256(image.manifest))
      throw new TspodError(`the archive calls an image "${name}", but its manifest has another digest`);
  }
}

async function nameImage(store: Store, image: ArchiveImage, names: readonly string[]): Promise<LoadedImage> {
  const descriptor = {
    mediaType: image.manifestType,
    digest: sha256(image.manifest),
    size: Buffer.byteLength(image.manifest),
  };
  const { id } = await addImage(store, descriptor, {});
  for (const name of names) await addImage(store, descriptor, { name });
  return { names, id };
}
