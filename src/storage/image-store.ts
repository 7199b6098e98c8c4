import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { ImageConfig } from "../oci/image-config.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Store } from "./store.ts";

export interface StoredImage {
  /** Digest of the image config. */
  readonly id: Digest;
  readonly manifestDigest: Digest;
  readonly mediaType: string;
  /** Full references, `docker.io/library/alpine:latest` or `…/alpine@sha256:…`; empty: a dangling image. */
  readonly names: readonly string[];
  /** The manifest's digest, and those of the indexes it was pulled through. */
  readonly digests: readonly Digest[];
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** ChainIDs of its layers, base first. */
  readonly chainIds: readonly Digest[];
  /** Bytes of config, manifest and uncompressed layers. Read from the layers when first asked for. */
  readonly size: number;
}

/** All images, newest first. */
export function listImages(store: Store): StoredImage[] {
  throw new Error(`${store}`);
}

export interface ResolvedImage {
  readonly image: StoredImage;
  /** The full reference that was matched; undefined where it was found by its ID. */
  readonly name: string | undefined;
}

/**
 * Find an image as the user names it: by reference (short names: each of `candidates`, full references in the order to
 * try), by ID or a prefix of it, by digest.
 * @param candidates full references the text may mean, from the registry part's short-name resolution; default: the
 * text itself under docker.io and localhost
 * @throws {TspodError} If an ID prefix is ambiguous.
 */
export function resolveImage(
  store: Store,
  text: string,
  candidates?: readonly string[],
): ResolvedImage | undefined {
  throw new Error(`${store} ${text} ${candidates}`);
}

/**
 * Make an image known, and give it a name (which is taken from the image that had it). Its blobs and layers must be here.
 * Takes the storage lock exclusively.
 * @param options.indexDigest of the index it was chosen from
 * @throws {TspodError} If a blob or layer is missing.
 */
export async function addImage(
  store: Store,
  manifest: Pick<Descriptor, "mediaType" | "digest" | "size">,
  options: { readonly name?: string; readonly indexDigest?: Digest },
): Promise<StoredImage> {
  throw new Error(`${store} ${manifest} ${options}`);
}

/** Give one more name to an image; it is taken from the image that had it. Takes the storage lock. */
export async function tagImage(store: Store, image: StoredImage, name: string): Promise<void> {
  throw new Error(`${store} ${image} ${name}`);
}

/** Take names away; the image stays, dangling where it was the last. Takes the storage lock. */
export async function untagImage(store: Store, image: StoredImage, names: readonly string[]): Promise<void> {
  throw new Error(`${store} ${image} ${names}`);
}

/**
 * Remove an image under all its names, and the blobs and layers that nothing else refers to. Takes the storage lock.
 * @throws {InUseError} If a container refers to it.
 */
export async function removeImage(store: Store, image: StoredImage): Promise<void> {
  throw new Error(`${store} ${image}`);
}
