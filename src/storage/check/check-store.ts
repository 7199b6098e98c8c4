import { rmSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { isIndexType } from "../../oci/media-type.ts";
import { blobPath, readBlobText, streamBlob } from "../blobs.ts";
import { nameOf, readIndex } from "../image-layout.ts";
import { layerPath, unpackLayer } from "../layers.ts";
import { leaseContent } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import { moveToTrash } from "../tmp-directory.ts";
import { checkBlob } from "./check-blob.ts";
import { checkLayer } from "./check-layer.ts";

/** Something in the store that is not as it should be. */
export interface Damage {
  /** One line. */
  readonly text: string;
  /** Whether it is mended now. */
  readonly repaired: boolean;
}

export interface CheckOptions {
  /** Look only whether everything is there, with its size; else read it all. */
  readonly quick: boolean;
  /** Make damaged layers anew from their blobs; delete damaged blobs, so that the next pull fetches them. */
  readonly repair: boolean;
  readonly signal: AbortSignal;
  readonly report: (damage: Damage) => void;
}

/** Look at every image in the store, its blobs and its layers, and tell what is damaged. What images share is looked at once. */
export async function checkStore(store: Store, options: CheckOptions): Promise<void> {
  using _lease = await leaseContent(store); // nothing is removed meanwhile
  const seen = new Map<string, boolean>();
  for (const entry of readIndex(store)) {
    if (!isIndexType(entry.mediaType)) await checkImage(store, entry, { ...options, seen });
  }
}

interface Checking extends CheckOptions {
  /** Blobs by digest and layers by chainID that were looked at: whether they are well. */
  readonly seen: Map<string, boolean>;
}

async function checkImage(store: Store, entry: Descriptor, checking: Checking): Promise<void> {
  const owner = nameOf(entry) ?? entry.digest;
  const manifest = await readJson<Manifest>(store, entry, { ...checking, owner });
  if (manifest === undefined) return;
  const config = await readJson<ImageConfig>(store, manifest.config, { ...checking, owner });
  const diffIds = config?.rootfs.diff_ids ?? [];
  const chain = chainIds(diffIds);
  for (const [index, descriptor] of manifest.layers.entries()) {
    checking.signal.throwIfAborted();
    const blobIsWell = await checkOneBlob(store, descriptor, { ...checking, owner });
    const [chainId, diffId] = [chain[index], diffIds[index]];
    if (chainId === undefined || diffId === undefined) continue;
    const layer = { chainId, diffId, below: chain.slice(0, index), blob: descriptor.digest };
    await checkOneLayer(store, layer, { ...checking, owner, blobIsWell });
  }
}

type Owned = Checking & { readonly owner: string };

async function readJson<T>(store: Store, descriptor: Descriptor, owned: Owned): Promise<T | undefined> {
  if (!(await checkOneBlob(store, descriptor, { ...owned, quick: false }))) return undefined;
  return JSON.parse(readBlobText(store, descriptor.digest)) as T;
}

/** @returns whether it is well */
async function checkOneBlob(store: Store, descriptor: Descriptor, owned: Owned): Promise<boolean> {
  const { digest } = descriptor;
  const known = owned.seen.get(`blob ${digest}`);
  if (known !== undefined) return known;
  const problem = await checkBlob(store, descriptor, owned);
  owned.seen.set(`blob ${digest}`, problem === undefined);
  if (problem === undefined) return true;
  if (owned.repair) rmSync(blobPath(store, digest), { force: true });
  const advice = owned.repair ? "pull the image again" : "use --repair, then pull the image again";
  owned.report({ text: `image ${owned.owner}: blob ${digest} ${problem}: ${advice}`, repaired: false });
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
  owned: Owned & { readonly blobIsWell: boolean },
): Promise<void> {
  const { chainId, blob } = layer;
  if (owned.seen.has(`layer ${chainId}`)) return;
  owned.seen.set(`layer ${chainId}`, true);
  // Without its blob there is nothing to compare it with.
  const problem = await checkLayer(store, { chainId, blob }, { quick: owned.quick || !owned.blobIsWell });
  if (problem === undefined) return;
  const text = `image ${owned.owner}: layer ${digestHex(chainId)} ${problem}`;
  if (!owned.repair || !owned.blobIsWell) {
    const advice = owned.blobIsWell ? "use --repair" : "pull the image again";
    owned.report({ text: `${text}: ${advice}`, repaired: false });
    return;
  }
  await unpackAnew(store, layer);
  owned.report({ text: `${text}: made anew from its blob`, repaired: true });
}

/** A container that runs keeps the files that it has mounted, until it ends. */
async function unpackAnew(store: Store, { chainId, diffId, below, blob }: Layer): Promise<void> {
  moveToTrash(store, layerPath(store, chainId));
  try {
    await unpackLayer(store, { chainId, diffId, below, source: streamBlob(store, blob) });
  } catch (cause) {
    throw new TspodError(`making layer "${digestHex(chainId)}" anew`, { cause });
  }
}
