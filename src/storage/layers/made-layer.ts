import { createHash } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chainIds } from "../../oci/chain-id.ts";
import { type Digest, digestHex, parseDigest } from "../../oci/digest.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import type { Store } from "../store.ts";
import { moveToTrash } from "../tmp-directory.ts";
import { packTree } from "../tree/pack-tree.ts";
import type { WriteOut } from "../tree/write-out.ts";
import { hasLayer, type LayerRecord, layerPath, type MadeLayer } from "./layer-record.ts";

/** A directory in overlayfs's form, and what its tar is called. */
export interface HashedTree {
  readonly diffId: Digest;
  /** Bytes of the tar. */
  readonly size: number;
  readonly made: MadeLayer;
}

/**
 * The diffID that a directory has as a layer. Nothing is written.
 * @param files absolute path of an upper directory that nobody changes any more
 */
export async function hashTree(files: string, made: MadeLayer): Promise<HashedTree> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of packMade(files, made)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { diffId: parseDigest(`sha256:${hash.digest("hex")}`), size, made };
}

/** The tar of a layer that was made here. */
export function packMade(files: string, { root }: MadeLayer): AsyncGenerator<Buffer> {
  return packTree(files, { whiteouts: true, root });
}

/** A layer that is to be added: its files are in `directory`/fs, on the store's file system. */
export interface NewMadeLayer {
  /** Absolute path, in a temporary directory of the store. It is moved away. */
  readonly directory: string;
  readonly tree: HashedTree;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  /** Fulfilled when all of them are committed. */
  readonly belowCommitted: Promise<unknown>;
  readonly writeOut: WriteOut;
}

export interface PlacedLayer {
  readonly chainId: Digest;
  /** Fulfilled when it is on the disk and others see it. */
  readonly committed: Promise<void>;
}

/**
 * Move a directory to a layer's place, where the layers that follow can stand on it at once; its record,
 * without which nobody else takes it for a layer, is written when it is flushed. Until then its lock is held,
 * and no other one waited for. Already there is success, and then the directory stays where it is. The caller
 * has a lease on the content.
 */
export async function placeMadeLayer(store: Store, layer: NewMadeLayer): Promise<PlacedLayer> {
  const { directory, tree, below } = layer;
  const chainId = chainOn(below, tree.diffId);
  const lockPath = join(store.locks, "layers", `${digestHex(chainId)}.lock`);
  using undo = new DisposableStack();
  undo.use(await acquireLock(lockPath));
  // The file goes before the lock is released: a process that waits for it sees that, and takes a new one.
  undo.defer(() => rmSync(lockPath, { force: true }));
  if (hasLayer(store, chainId)) return { chainId, committed: Promise.resolve() };
  const place = layerPath(store, chainId);
  moveToTrash(store, place); // It was left by a killed build, and never got its record.
  renameSync(directory, place);
  const committed = commit(store, chainId, { ...layer, held: undo.move() });
  committed.catch(() => undefined); // Whoever waits for it hears of it.
  return { chainId, committed };
}

async function commit(
  store: Store,
  chainId: Digest,
  { tree, below, belowCommitted, writeOut, held }: NewMadeLayer & { readonly held: DisposableStack },
): Promise<void> {
  using _held = held;
  await writeOut.flushed();
  await belowCommitted;
  const { diffId, size, made } = tree;
  const record: LayerRecord = { schemaVersion: 1, chainId, below, diffId, size, made };
  writeFileAtomic(join(layerPath(store, chainId), "layer.json"), `${JSON.stringify(record)}\n`);
}

/** ChainID of a layer on top of others. */
export function chainOn(below: readonly Digest[], diffId: Digest): Digest {
  const top = below.at(-1);
  const [, chainId = diffId] = top === undefined ? [] : chainIds([top, diffId]);
  return chainId;
}
