import type { Readable } from "node:stream";
import { TspodError } from "../errors.ts";
import { chainIds } from "../oci/chain-id.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, parseDigest, sha256 } from "../oci/digest.ts";
import type { ImageConfig } from "../oci/image-config.ts";
import { formatReference, isShortName, parseReference, withDefaultTag } from "../oci/reference.ts";
import { openArchive } from "./archive/archive-file.ts";
import type { ArchiveImage } from "./archive/archive-image.ts";
import { isDockerArchive, readDockerArchive } from "./archive/docker-archive.ts";
import { isOciArchive, readOciArchive } from "./archive/oci-archive.ts";
import { indexTar, type TarIndex } from "./archive/tar-index.ts";
import { openPartialBlob, streamBlob, writeBlob } from "./blobs.ts";
import { addImage } from "./image-store.ts";
import { unpackLayer } from "./layers.ts";
import { leaseContent } from "./storage-lock.ts";
import type { Store } from "./store.ts";

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
  readonly signal?: AbortSignal;
}

/** An image of an archive, before it is stored. */
export interface OfferedImage {
  readonly transport: "docker-archive" | "oci-archive";
  /** As the archive says it. */
  readonly name: string | undefined;
  /** Exact bytes. */
  readonly manifest: string;
}

/**
 * Load the images of a docker-archive (also one that is an OCI layout as well) or oci-archive, compressed as a whole or not.
 * @param source absolute path, or a stream (spooled into the store's tmp)
 * @throws {TspodError} If it is neither, or damaged.
 */
export async function loadArchive(
  store: Store,
  source: string | Readable,
  options: LoadOptions,
): Promise<LoadedImage[]> {
  using archive = await openArchive(store, source);
  const tar = indexTar(archive.fd);
  using _lease = await leaseContent(store);
  const loaded: LoadedImage[] = [];
  const found = await readImages(tar, options);
  for (const { image, transport } of found) {
    await options.admit?.({ transport, name: image.names[0], manifest: image.manifest });
  }
  for (const { image, transport } of found) {
    const normalise = transport === "docker-archive" ? fullName : localName;
    await storeImage(store, { tar, image, signal: options.signal });
    loaded.push(await nameImage(store, image, image.names.map(normalise)));
  }
  return loaded;
}

/** manifest.json first: it can hold several images with full names, where Docker's index.json has tags only. */
async function readImages(
  tar: TarIndex,
  { choose }: LoadOptions,
): Promise<{ image: ArchiveImage; transport: OfferedImage["transport"] }[]> {
  if (isDockerArchive(tar)) {
    const images = await readDockerArchive(tar);
    return images.map((image) => ({ image, transport: "docker-archive" }));
  }
  if (isOciArchive(tar))
    return readOciArchive(tar, choose).map((image) => ({ image, transport: "oci-archive" }));
  throw new TspodError(
    'payload does not match any of the supported image formats: neither "manifest.json" nor "oci-layout" is in it',
  );
}

function fullName(name: string): string {
  return formatReference(withDefaultTag(parseReference(name)));
}

/** What an OCI layout calls an image need not be a reference of a registry: a short name stays on this machine. */
function localName(name: string): string {
  return fullName(isShortName(name) ? `localhost/${name}` : name);
}

async function storeImage(
  store: Store,
  { tar, image, signal }: { tar: TarIndex; image: ArchiveImage; signal: AbortSignal | undefined },
): Promise<void> {
  const diffIds = (JSON.parse(image.config) as Partial<ImageConfig>).rootfs?.diff_ids?.map(parseDigest) ?? [];
  if (diffIds.length !== image.layers.length)
    throw new TspodError("damaged archive: its config has other layers");
  const chain = chainIds(diffIds);
  for (const [index, { descriptor, file }] of image.layers.entries()) {
    signal?.throwIfAborted();
    await storeBlob(store, descriptor, tar.stream(file));
    const [chainId, diffId] = [chain[index], diffIds[index]];
    if (chainId === undefined || diffId === undefined) throw new Error("unequal lists");
    await unpackLayer(store, {
      chainId,
      diffId,
      below: chain.slice(0, index),
      source: streamBlob(store, descriptor.digest),
      ...(signal === undefined ? {} : { signal }),
    });
  }
  writeBlob(store, image.config);
  writeBlob(store, image.manifest);
}

async function storeBlob(
  store: Store,
  descriptor: Pick<Descriptor, "digest" | "size">,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const partial = await openPartialBlob(store, descriptor);
  if (partial === undefined) return;
  try {
    await partial.restart();
    for await (const chunk of source) await partial.write(chunk);
    await partial.commit();
  } finally {
    await partial.discard();
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
