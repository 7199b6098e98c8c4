import { existsSync } from "node:fs";
import { DamagedError, messageChain, TspodError } from "../../errors.ts";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { isIndexType } from "../../oci/media-type.ts";
import { readConfig, readIndexBlob, readManifest } from "../../storage/blobs/blob-json.ts";
import { blobPath, streamBlob } from "../../storage/blobs/blobs.ts";
import { drain } from "../../storage/blobs/drain.ts";
import { listSources, nameOf, readIndex, writeIndex } from "../../storage/images/image-layout.ts";
import { madeLayer, streamLayerBlob } from "../../storage/layers/layer-blob.ts";
import { layerPath, unpackLayer } from "../../storage/layers/layers.ts";
import { leaseContent, lockStorage } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { moveToTrash } from "../../storage/tmp-directory.ts";
import { removeTree } from "../../storage/tree/remove-tree.ts";
import { checkArtifacts } from "./check-artifacts.ts";
import { checkBlob } from "./check-blob.ts";
import { checkLayer } from "./check-layer.ts";
import type { CheckOptions } from "./check-options.ts";
import { checkRecords } from "./check-records.ts";

export type { CheckOptions, Damage } from "./check-options.ts";

/** How much was looked at. */
export interface Checked {
  readonly blobs: number;
  readonly layers: number;
  /** Of containers, volumes and secrets. */
  readonly records: number;
}

/**
 * Look at every image in the store, its blobs and its layers, and report what is damaged. What images share
 * is looked at once.
 */
export async function checkStore(store: Store, options: CheckOptions): Promise<Checked> {
  using _lease = await leaseContent(store); // nothing is removed meanwhile
  const records = await checkRecords(store, options);
  const seen = new Map<string, boolean>();
  const lost = new Set<Digest>();
  for (const entry of entriesOf(store)) {
    const checking = { ...options, seen, owner: nameOf(entry) ?? entry.digest };
    const check = isIndexType(entry.mediaType) ? checkList : checkImage;
    if (!(await check(store, entry, checking))) lost.add(entry.digest);
  }
  if (options.repair && lost.size > 0) await forgetImages(store, lost);
  const blobs = [...seen.keys()].filter((key) => key.startsWith("blob ")).length;
  const ofArtifacts = await checkArtifacts(store, options);
  return { blobs: blobs + ofArtifacts, layers: seen.size - blobs, records };
}

/** Where the index can't be read, which was reported, no image is known. */
function entriesOf(store: Store): readonly Descriptor[] {
  try {
    return readIndex(store);
  } catch (error) {
    if (error instanceof DamagedError) return [];
    throw error;
  }
}

/**
 * Removes the names of lost images, so that no command stumbles over them. The next removal of an image takes
 * the blobs that only they had.
 */
async function forgetImages(store: Store, lost: ReadonlySet<Digest>): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  writeIndex(
    store,
    readIndex(store).filter(({ digest }) => !lost.has(digest)),
  );
}

interface Checking extends CheckOptions {
  /** Blobs by digest and layers by chainID that were looked at: whether they are well. */
  readonly seen: Map<string, boolean>;
  /** The image's name in reports. */
  readonly owner: string;
}

/** @returns whether it can be read */
async function checkList(store: Store, entry: Descriptor, checking: Checking): Promise<boolean> {
  const index = await readWell(store, entry, { ...checking, read: readIndexBlob });
  const elsewhere = listSources(entry);
  for (const member of index?.manifests ?? []) {
    // What others have put here may name manifests that were never fetched.
    if (member.digest in elsewhere || !existsSync(blobPath(store, member.digest))) continue;
    await checkImage(store, member, checking);
  }
  return index !== undefined;
}

/** @returns whether it can be read */
async function checkImage(store: Store, entry: Descriptor, checking: Checking): Promise<boolean> {
  const manifest = await readWell(store, entry, { ...checking, read: readManifest });
  const config = manifest && (await readWell(store, manifest.config, { ...checking, read: readConfig }));
  if (manifest !== undefined) await checkLayers(store, manifest, { ...checking, config });
  return config !== undefined;
}

async function checkLayers(
  store: Store,
  manifest: Manifest,
  { config, ...checking }: Checking & { readonly config: ImageConfig | undefined },
): Promise<void> {
  const diffIds = config?.rootfs.diff_ids ?? [];
  const chain = chainIds(diffIds);
  for (const [index, descriptor] of manifest.layers.entries()) {
    checking.signal.throwIfAborted();
    const made = existsSync(blobPath(store, descriptor.digest))
      ? undefined
      : madeLayer(store, descriptor.digest);
    if (made !== undefined) {
      await checkMadeLayer(store, descriptor.digest, checking);
      continue;
    }
    const advice = checking.repair ? "pull the image again" : "use --repair, then pull the image again";
    const blobIsWell = await checkOneBlob(store, descriptor, { ...checking, advice });
    const [chainId, diffId] = [chain[index], diffIds[index]];
    if (chainId === undefined || diffId === undefined) continue;
    const layer = { chainId, diffId, below: chain.slice(0, index), blob: descriptor.digest };
    await checkOneLayer(store, layer, { ...checking, blobIsWell });
  }
}

/** One that a build has made has no blob to compare it with, but its files must still come to its diffID. */
async function checkMadeLayer(store: Store, diffId: Digest, checking: Checking): Promise<void> {
  const { seen, quick, owner, report } = checking;
  if (quick || seen.has(`layer ${diffId}`)) return;
  seen.set(`layer ${diffId}`, true);
  try {
    await drain(streamLayerBlob(store, diffId));
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    report({ text: `image ${owner}: ${error.message}`, repaired: false });
  }
}

/** Undefined where it is damaged: without it nothing can be done with the image. */
async function readWell<T>(
  store: Store,
  descriptor: Descriptor,
  { read, ...checking }: Checking & { readonly read: (store: Store, digest: Digest) => T },
): Promise<T | undefined> {
  const advice = checking.repair
    ? "the image is removed: pull it again"
    : "--repair removes the image, then pull it again";
  if (!(await checkOneBlob(store, descriptor, { ...checking, quick: false, advice }))) return undefined;
  try {
    return read(store, descriptor.digest);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    // The blob is what was stored: an earlier tspod accepted what this one does not.
    checking.report({
      text: `image ${checking.owner}: ${messageChain(error.cause)}: ${advice}`,
      repaired: false,
    });
    return undefined;
  }
}

/** @returns whether it is well */
async function checkOneBlob(
  store: Store,
  descriptor: Descriptor,
  { advice, ...checking }: Checking & { readonly advice: string },
): Promise<boolean> {
  const { digest } = descriptor;
  const known = checking.seen.get(`blob ${digest}`);
  if (known !== undefined) return known;
  const problem = await checkBlob(store, descriptor, checking);
  checking.seen.set(`blob ${digest}`, problem === undefined);
  if (problem === undefined) return true;
  if (checking.repair) removeTree(blobPath(store, digest));
  checking.report({ text: `image ${checking.owner}: blob ${digest} ${problem}: ${advice}`, repaired: false });
  return false;
}

interface Layer {
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly below: readonly Digest[];
  readonly blob: Digest;
}

async function checkOneLayer(
  store: Store,
  layer: Layer,
  { blobIsWell, ...checking }: Checking & { readonly blobIsWell: boolean },
): Promise<void> {
  const { chainId } = layer;
  const { quick, repair, seen, signal, owner, report } = checking;
  if (seen.has(`layer ${chainId}`)) return;
  seen.set(`layer ${chainId}`, true);
  // Without its blob there is nothing to compare it with.
  const problem = await checkLayer(store, layer, { quick: quick || !blobIsWell, signal });
  if (problem === undefined) return;
  const text = `image ${owner}: layer ${digestHex(chainId)} ${problem}`;
  const advice = adviceFor(checking.userOf(chainId), blobIsWell);
  if (!repair || advice !== undefined) {
    report({ text: `${text}: ${advice ?? "use --repair"}`, repaired: false });
    return;
  }
  await unpackAnew(store, layer);
  report({ text: `${text}: made anew from its blob`, repaired: true });
}

/** The advice for a user before a repair; undefined: none is needed. */
function adviceFor(user: string | undefined, blobIsWell: boolean): string | undefined {
  if (!blobIsWell) return "pull the image again";
  return user === undefined ? undefined : `container ${user} runs on it: stop that, then use --repair`;
}

async function unpackAnew(store: Store, { chainId, diffId, below, blob }: Layer): Promise<void> {
  moveToTrash(store, layerPath(store, chainId));
  try {
    await unpackLayer(store, { chainId, diffId, below, source: streamBlob(store, blob) });
  } catch (cause) {
    throw new TspodError(`making layer "${digestHex(chainId)}" anew`, { cause });
  }
}
