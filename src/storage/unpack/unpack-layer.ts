import { createHash } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { hasCode } from "../../os/system-error.ts";
import {
  hasLayer,
  type LayerRecord,
  layerFiles,
  layerPath,
  readLayer,
  type UnpackRequest,
} from "../layer-record.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory, moveToTrash, sweepTmp } from "../tmp-directory.ts";
import { layerApplier } from "./apply-layer.ts";
import { decompressed } from "./decompress.ts";
import type { PlainStream } from "./decompress-thread.ts";
import { flushFileSystem } from "./flush-file-system.ts";
import { openLowerChain } from "./lower-chain.ts";
import { tarReader } from "./tar-reader.ts";

/** The heavy half of unpackLayer() in layers.ts. */
export async function unpackLayer(store: Store, request: UnpackRequest): Promise<LayerRecord> {
  const { chainId, below, belowCommitted, signal } = request;
  const lockPath = join(store.locks, "layers", `${digestHex(chainId)}.lock`);
  using _lock = await acquireLock(lockPath);
  // Gone before the lock is: whoever waits for it sees that, and takes a new one.
  using undo = new DisposableStack();
  undo.defer(() => rmSync(lockPath, { force: true }));
  if (hasLayer(store, chainId)) return readLayer(store, chainId);
  sweepTmp(store); // what a pull that was killed has left
  using work = makeTmpDirectory(store, "layer");
  const files = join(work.path, "fs");
  makeLayerRoot(files);
  using applier = layerApplier(files);
  const size = await applyTar(request, applier);
  await belowCommitted;
  signal?.throwIfAborted();
  using lower = openLowerChain(below.map((id) => layerFiles(store, id)).reverse());
  applier.finish(lower);
  const record: LayerRecord = { schemaVersion: 1, chainId, below, diffId: request.diffId, size };
  writeFileSync(join(work.path, "layer.json"), `${JSON.stringify(record)}\n`);
  await flushFileSystem(work.path);
  commitLayer(store, work.path, chainId);
  return record;
}

/** Its owner and mode are said, lest it inherit a group and setgid from the directory that the store is in. */
function makeLayerRoot(path: string): void {
  mkdirSync(path);
  chownSync(path, process.geteuid?.() ?? 0, process.getegid?.() ?? 0);
  chmodSync(path, 0o755);
}

/** @returns bytes of the uncompressed tar */
async function applyTar(
  { source, thread, diffId, signal }: UnpackRequest,
  applier: ReturnType<typeof layerApplier>,
): Promise<number> {
  const plain = thread === undefined ? decompressHere(source) : thread.open(source);
  const reader = tarReader((entry, content) => applier.apply(entry, content));
  let size = 0;
  try {
    for await (const chunk of plain.chunks) {
      signal?.throwIfAborted();
      size += chunk.length;
      reader.write(chunk);
    }
    reader.end();
  } catch (error) {
    reader.abort();
    throw error;
  }
  const digest = plain.digest();
  if (digest !== diffId)
    throw new TspodError(`layer does not match its image: diffID is "${digest}", not "${diffId}"`);
  return size;
}

function decompressHere(source: AsyncIterable<Uint8Array>): PlainStream {
  const hash = createHash("sha256");
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of decompressed(source)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { chunks: chunks(), digest: () => `sha256:${hash.digest("hex")}` };
}

function commitLayer(store: Store, made: string, chainId: Digest): void {
  const place = layerPath(store, chainId);
  try {
    renameSync(made, place);
  } catch (error) {
    if (!hasCode(error, "EEXIST", "ENOTEMPTY")) throw error;
    if (hasLayer(store, chainId)) return;
    moveToTrash(store, place); // a directory without its record: not one of ours, or damaged
    renameSync(made, place);
  }
}
