import { NotFoundError } from "../../errors.ts";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { readConfig, readManifest } from "../blobs/blob-json.ts";
import { hasLayer } from "../layers/layers.ts";
import { lockStorage } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import {
  CHAIN_ID,
  IMAGE_ID,
  INDEX_DIGESTS,
  nameOf,
  PAST_NAMES,
  pastNames,
  readIndex,
  withName,
  writeIndex,
} from "./image-layout.ts";
import { idOf, indexDigests, resolveImage, type StoredImage } from "./stored-image.ts";

/**
 * Make an image known, and give it a name (which is taken from the image that had it). Its blobs and layers
 * must be here. Takes the storage lock exclusively.
 * @param options.name a full reference; absent: known by its ID only
 * @param options.indexDigest of the index it was chosen from
 * @throws {NotFoundError} If a blob or layer is missing.
 */
export async function addImage(
  store: Store,
  manifest: Pick<Descriptor, "mediaType" | "digest" | "size">,
  options: { readonly name?: string | undefined; readonly indexDigest?: Digest | undefined },
): Promise<StoredImage> {
  const { name, indexDigest } = options;
  using _lock = await lockStorage(store, "exclusive");
  const entries = readIndex(store);
  const known = entries.find(({ digest }) => digest === manifest.digest);
  const indexes = new Set([
    ...(known === undefined ? [] : indexDigests(known)),
    ...(indexDigest === undefined ? [] : [indexDigest]),
  ]);
  const entry = withPast(
    await describeImage(store, manifest, [...indexes]),
    known === undefined ? [] : pastNames(known),
  );
  const updated = entries.map((other) =>
    other.digest === manifest.digest ? withName(entry, nameOf(other)) : other,
  );
  const index =
    name === undefined ? withUnnamed(store, updated, entry) : withNamed(store, updated, { entry, name });
  if (JSON.stringify(index) !== JSON.stringify(entries)) writeIndex(store, index);
  const found = resolveImage(store, idOf(store, entry));
  if (found === undefined) throw new NotFoundError(`image "${manifest.digest}" vanished while it was added`);
  return found.image;
}

/** The entry of a manifest, after a look that everything it needs is here. */
export async function describeImage(
  store: Store,
  { mediaType, digest, size }: Pick<Descriptor, "mediaType" | "digest" | "size">,
  indexes: readonly Digest[],
): Promise<Descriptor> {
  const { hasLayerBlob } = await import("../layers/layer-blob.ts"); // not for what only reads images
  const manifest = readManifest(store, digest);
  const config = readConfig(store, manifest.config.digest);
  const chain = chainIds(config.rootfs.diff_ids);
  for (const layer of manifest.layers) {
    if (!hasLayerBlob(store, layer))
      throw new NotFoundError(`layer blob "${layer.digest}" is missing: pull the image again`);
  }
  for (const id of chain) {
    if (!hasLayer(store, id)) throw new NotFoundError(`layer "${id}" is missing: pull the image again`);
  }
  const top = chain.at(-1);
  return {
    mediaType,
    digest,
    size,
    annotations: {
      [IMAGE_ID]: manifest.config.digest,
      ...(top === undefined ? {} : { [CHAIN_ID]: top }),
      ...(indexes.length === 0 ? {} : { [INDEX_DIGESTS]: indexes.join(" ") }),
    },
  };
}

/**
 * One entry has the name, as its image's first; the image that had it before stays, dangling where it
 * has no other.
 */
function withNamed(
  store: Store,
  entries: readonly Descriptor[],
  { entry, name }: { entry: Descriptor; name: string },
): readonly Descriptor[] {
  const index = entries.some((other) => nameOf(other) === name && other.digest === entry.digest)
    ? entries
    : inFront(store, withoutName(store, entries, name), withName(entry, name));
  const id = idOf(store, entry);
  return index.filter((other) => nameOf(other) !== undefined || !isImage(store, other, id));
}

/** As Podman: an image's newest name is its first. Other images stay where they are. */
function inFront(store: Store, entries: readonly Descriptor[], entry: Descriptor): readonly Descriptor[] {
  const id = idOf(store, entry);
  const first = entries.findIndex((other) => isImage(store, other, id));
  const place = first === -1 ? entries.length : first;
  return [...entries.slice(0, place), entry, ...entries.slice(place)];
}

/** An image is known by one entry at least. */
function withUnnamed(store: Store, entries: readonly Descriptor[], entry: Descriptor): readonly Descriptor[] {
  const id = idOf(store, entry);
  return entries.some((other) => isImage(store, other, id))
    ? entries
    : [...entries, withName(entry, undefined)];
}

/** Without this name; its image stays known. */
function withoutName(store: Store, entries: readonly Descriptor[], name: string): readonly Descriptor[] {
  const loser = entries.find((other) => nameOf(other) === name);
  if (loser === undefined) return entries;
  const others = entries.filter((other) => other !== loser);
  const past = [name, ...pastNames(loser).filter((each) => each !== name)];
  const id = idOf(store, loser);
  return withUnnamed(store, others, loser).map((other) =>
    isImage(store, other, id) ? withPast(other, past) : other,
  );
}

function withPast(entry: Descriptor, past: readonly string[]): Descriptor {
  if (past.length === 0) return entry;
  return { ...entry, annotations: { ...entry.annotations, [PAST_NAMES]: past.join(" ") } };
}

function isImage(store: Store, entry: Descriptor, id: Digest): boolean {
  return idOf(store, entry) === id;
}

/** An image, or a list of images. */
type Named = Pick<StoredImage, "id" | "manifestDigest">;

/**
 * Give one more name (a full reference) to an image; it is taken from the image that had it. Takes the
 * storage lock.
 * @throws {NotFoundError} If the image was removed meanwhile.
 */
export async function tagImage(store: Store, { id, manifestDigest }: Named, name: string): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  const entries = readIndex(store);
  const own = entries.filter((entry) => isImage(store, entry, id));
  // An image that was loaded anew meanwhile has another manifest now.
  const entry = own.find((each) => each.digest === manifestDigest) ?? own[0];
  if (entry === undefined) throw new NotFoundError(`image "${id}" was removed meanwhile`);
  writeIndex(store, withNamed(store, entries, { entry, name }));
}

/** Take names away; the image stays, dangling where it was the last. Takes the storage lock. */
export async function untagImage(store: Store, image: Named, names: readonly string[]): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  const entries = readIndex(store);
  const own = entries.filter((entry) => isImage(store, entry, image.id)).map(nameOf);
  const gone = names.filter((name) => own.includes(name));
  const left = gone.reduce<readonly Descriptor[]>((rest, name) => withoutName(store, rest, name), entries);
  writeIndex(store, left);
}
