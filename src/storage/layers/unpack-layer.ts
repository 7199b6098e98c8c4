import { createHash } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { decompressed } from "../compression/decompress.ts";
import type { PlainStream } from "../compression/decompress-thread.ts";
import type { Store } from "../store.ts";
import { tarReader } from "../tar/tar-reader.ts";
import { makeTmpDirectory, sweepTmp } from "../tmp-directory.ts";
import { openLowerChain } from "../tree/lower-chain.ts";
import type { WriteOut } from "../tree/write-out.ts";
import { type LayerApplier, layerApplier } from "../unpack/apply-layer.ts";
import { commitLayer } from "./commit-layer.ts";
import { placeOnTop } from "./layer-batch.ts";
import { hasLayer, type LayerRecord, readLayer } from "./layer-record.ts";
import type { UnpackRequest } from "./unpack-request.ts";

/** The heavy half of unpackLayer() in layers.ts. */
export async function unpackLayer(store: Store, request: UnpackRequest): Promise<LayerRecord> {
  const { chainId, below, signal, place = placeOnTop(store) } = request;
  const { batch } = place;
  const lockPath = join(store.locks, "layers", `${digestHex(chainId)}.lock`);
  using _lock = await acquireLock(lockPath);
  // The file goes before the lock is released: a process that waits for it sees that, and takes a new one.
  using undo = new DisposableStack();
  undo.defer(() => rmSync(lockPath, { force: true }));
  if (hasLayer(store, chainId)) return readLayer(store, chainId);
  sweepTmp(store); // what a pull that was killed has left
  using work = makeTmpDirectory(store, "layer");
  const files = join(work.path, "fs");
  makeLayerRoot(files);
  using applier = layerApplier(files);
  const size = await applyTar(request, { applier, writeOut: batch.writeOut });
  await place.belowUnpacked;
  signal?.throwIfAborted();
  finish(applier, below.map(batch.filesOf));
  const record: LayerRecord = { schemaVersion: 1, chainId, below, diffId: request.diffId, size };
  writeFileSync(join(work.path, "layer.json"), `${JSON.stringify(record)}\n`);
  batch.unpacked(chainId, files);
  place.onUnpacked();
  await batch.writeOut.flushed();
  await place.belowCommitted;
  commitLayer(store, work.path, chainId);
  batch.committed(chainId);
  return record;
}

/** @param below absolute paths of the files of the layers below, base first */
function finish(applier: LayerApplier, below: readonly string[]): void {
  using lower = openLowerChain(below.toReversed());
  applier.finish(lower);
}

/**
 * Its owner and mode are said, lest it inherit a group and setgid from the directory that the store is in.
 */
function makeLayerRoot(path: string): void {
  mkdirSync(path);
  chownSync(path, process.geteuid?.() ?? 0, process.getegid?.() ?? 0);
  chmodSync(path, 0o755);
}

/** @returns bytes of the uncompressed tar */
async function applyTar(
  { source, isVerifiedTar, thread, diffId, signal }: UnpackRequest,
  { applier, writeOut }: { applier: LayerApplier; writeOut: WriteOut },
): Promise<number> {
  const plain = isVerifiedTar ? asItIs(source, diffId) : (thread?.open(source) ?? decompressHere(source));
  const reader = tarReader((entry, content) => applier.apply(entry, content));
  let size = 0;
  try {
    for await (const chunk of plain.chunks) {
      signal?.throwIfAborted();
      size += chunk.length;
      reader.write(chunk);
      writeOut.wrote(chunk.length);
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

function asItIs(source: AsyncIterable<Uint8Array>, digest: Digest): PlainStream {
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const { buffer, byteOffset, length } of source) yield Buffer.from(buffer, byteOffset, length);
  }
  return { chunks: chunks(), digest: () => digest };
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
