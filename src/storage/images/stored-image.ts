import { DamagedError, NotFoundError, TspodError } from "../../errors.ts";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex, isDigest } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { isIndexType } from "../../oci/media-type.ts";
import { parseReference } from "../../oci/reference.ts";
import { readConfig, readManifest } from "../blobs/blob-json.ts";
import { soundLayer } from "../layers/layers.ts";
import { readable } from "../record.ts";
import type { Store } from "../store.ts";
import { CHAIN_ID, IMAGE_ID, INDEX_DIGESTS, nameOf, pastNames, readIndex } from "./image-layout.ts";
import { matchName } from "./image-name.ts";

export interface StoredImage {
  /** Digest of the image config. */
  readonly id: Digest;
  readonly manifestDigest: Digest;
  /**
   * The digest of the index that the image was pulled through, otherwise of its manifest: Podman shows this
   * one.
   */
  readonly topDigest: Digest;
  readonly mediaType: string;
  /** Full references, `docker.io/library/alpine:latest` or `…/alpine@sha256:…`; empty: a dangling image. */
  readonly names: readonly string[];
  /** Names that the image had and lost, the last lost first. */
  readonly pastNames: readonly string[];
  /** The manifest's digest, and those of the indexes it was pulled through. */
  readonly digests: readonly Digest[];
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** ChainIDs of its layers, base first. */
  readonly chainIds: readonly Digest[];
  /**
   * Bytes as Podman counts them: config, manifest (twice) and uncompressed layers. Read from the layers when
   * asked for.
   */
  readonly size: number;
  /** The other store that it was found in, which is never written; absent: it is in our own. */
  readonly readOnlyStore?: Store;
}

/**
 * All images, newest first. Manifests with the same config are one image, as its ID is the config's digest.
 */
export function listImages(store: Store): StoredImage[] {
  return imagesAsAdded(store).sort((a, b) => createdAt(b) - createdAt(a));
}

/** The same, with those of other stores: an image that is in two comes twice, our own first. */
export function listAllImages(store: Store): StoredImage[] {
  const all = [store, ...(store.others?.() ?? [])].flatMap((each) => imagesAsAdded(each));
  return all.sort((a, b) => createdAt(b) - createdAt(a));
}

/** Our own in the order in which they came into the store. */
export function imagesAsAdded(store: Store): StoredImage[] {
  return readable([...groupById(store).values()], (entries) => readListed(store, entries), store.warn);
}

/** As readImage(), with its name in what is said of one that is damaged. */
function readListed(store: Store, entries: Entries): StoredImage {
  try {
    return readImage(store, entries);
  } catch (cause) {
    if (!(cause instanceof DamagedError) && !(cause instanceof NotFoundError)) throw cause;
    const [entry] = entries;
    throw new DamagedError(`image ${nameOf(entry) ?? entry.digest} can't be read`, { cause });
  }
}

/** The entries of one image in index.json. */
export type Entries = readonly [Descriptor, ...Descriptor[]];

/** @param kind images, or lists of them */
export function groupById(store: Store, kind: "image" | "list" = "image"): Map<Digest, Entries> {
  const groups = new Map<Digest, Entries>();
  for (const entry of readIndex(store)) {
    if (isIndexType(entry.mediaType) !== (kind === "list")) continue;
    const id = idOrDigest(store, entry);
    groups.set(id, [...(groups.get(id) ?? []), entry] as unknown as Entries);
  }
  return groups;
}

/** What others have made, and can't be read any more, is known by its manifest. */
export function idOrDigest(store: Store, entry: Descriptor): Digest {
  try {
    return idOf(store, entry);
  } catch (error) {
    if (error instanceof DamagedError || error instanceof NotFoundError) return entry.digest;
    throw error;
  }
}

/** Milliseconds since the epoch. */
function createdAt({ config }: StoredImage): number {
  return Date.parse(config.created ?? "") || 0;
}

/** @param entry the one whose manifest counts, where there are several for one config */
export function readImage(store: Store, entries: Entries, entry: Descriptor = entries[0]): StoredImage {
  const manifest = readManifest(store, entry.digest);
  const config = readConfig(store, manifest.config.digest);
  const chain = chainOf(store, entry, config);
  const names = entries.map(nameOf).filter((name) => name !== undefined);
  return {
    id: manifest.config.digest,
    manifestDigest: entry.digest,
    topDigest: indexDigests(entry)[0] ?? entry.digest,
    mediaType: entry.mediaType,
    names,
    pastNames: [...new Set(entries.flatMap(pastNames))].filter((name) => !names.includes(name)),
    digests: [...new Set(entries.flatMap((each) => [each.digest, ...indexDigests(each)]))],
    manifest,
    config,
    chainIds: chain,
    ...(store.isReadOnly && { readOnlyStore: store }),
    get size() {
      // containers/storage has the manifest twice, by its digest and as "manifest", and counts both.
      return 2 * entry.size + manifest.config.size + layersSize(store, chain);
    },
  };
}

function chainOf(store: Store, entry: Descriptor, config: ImageConfig): readonly Digest[] {
  const top = entry.annotations?.[CHAIN_ID];
  const layer = top !== undefined && isDigest(top) ? soundLayer(store, top) : undefined;
  return layer === undefined ? chainIds(config.rootfs.diff_ids) : [...layer.below, layer.chainId];
}

/** Digests of the indexes that an entry's manifest was chosen from. */
export function indexDigests(entry: Descriptor): Digest[] {
  return (entry.annotations?.[INDEX_DIGESTS] ?? "").split(" ").filter(isDigest);
}

function layersSize(store: Store, chain: readonly Digest[]): number {
  return chain.reduce((sum, id) => sum + (soundLayer(store, id)?.size ?? 0), 0);
}

export interface ResolvedImage {
  readonly image: StoredImage;
  /** The full reference that was matched; undefined where it was found by its ID. */
  readonly name: string | undefined;
}

/**
 * Find an image as the user names it: by reference, by ID or a prefix of it, by digest. A name wins over an
 * ID prefix. Our own images come first, then those of the other stores.
 * @param candidates full references that the text may mean, in the order to try, from the registry part's
 * short-name resolution; after these, a short name matches the end of any image's name, as with Podman
 * @throws {TspodError} If an ID prefix is ambiguous.
 */
export function resolveImage(
  store: Store,
  text: string,
  candidates: readonly string[] = [],
): ResolvedImage | undefined {
  const own = resolveIn(store, text, candidates);
  if (own !== undefined || store.others === undefined) return own;
  for (const other of store.others()) {
    const found = resolveIn(other, text, candidates);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolveIn(store: Store, text: string, candidates: readonly string[]): ResolvedImage | undefined {
  const found = findEntries(groupById(store), text, candidates);
  if (found === undefined) return undefined;
  const { entries, name } = found;
  const entry = entries.find((each) => name !== undefined && nameOf(each) === name);
  return { image: readImage(store, entries, entry), name };
}

/** The group that a text stands for, and the name that was matched, if it was by name. */
export function findEntries(
  groups: ReadonlyMap<Digest, Entries>,
  text: string,
  candidates: readonly string[] = [],
): { entries: Entries; name: string | undefined } | undefined {
  // It throws: an empty name is a mistake, and not an image that is absent.
  if (text === "") parseReference(text);
  const named = [...groups].flatMap(([id, entries]) => entries.flatMap((entry) => namedEntry(id, entry)));
  const match = matchName(named, text, candidates);
  const id = match?.id ?? matchId(groups, text);
  const entries = id === undefined ? undefined : groups.get(id);
  return entries === undefined ? undefined : { entries, name: match?.name };
}

/** The ID of an image or a list that a text stands for, without reading it: it may be damaged. */
export function idNamed(store: Store, text: string): Digest | undefined {
  const found = findEntries(groupById(store), text) ?? findEntries(groupById(store, "list"), text);
  return found && idOrDigest(store, found.entries[0]);
}

function namedEntry(
  id: Digest,
  entry: Descriptor,
): { id: Digest; name: string; digests: readonly Digest[] }[] {
  const name = nameOf(entry);
  return name === undefined ? [] : [{ id, name, digests: [entry.digest, ...indexDigests(entry)] }];
}

const ID_PREFIX = /^(?:sha256:)?([0-9a-f]{1,64})$/;

function matchId(groups: ReadonlyMap<Digest, Entries>, text: string): Digest | undefined {
  const prefix = ID_PREFIX.exec(text)?.[1];
  if (prefix === undefined) return undefined;
  const [found, ...others] = [...groups.keys()].filter((id) => digestHex(id).startsWith(prefix));
  if (others.length > 0)
    throw new TspodError(`more than one image has an ID that begins with "${text}": give more of it`);
  if (found !== undefined) return found;
  const byDigest = [...groups].find(([, entries]) =>
    entries.some((entry) => entry.digest === text || indexDigests(entry).some((digest) => digest === text)),
  );
  return byDigest?.[0];
}

/**
 * The image ID of an entry. One that others have made does not say it. A list that others have made has its
 * digest's.
 */
export function idOf(store: Store, entry: Descriptor): Digest {
  const id = entry.annotations?.[IMAGE_ID];
  if (id !== undefined && isDigest(id)) return id;
  if (isIndexType(entry.mediaType)) return entry.digest;
  return readManifest(store, entry.digest).config.digest;
}
