import { createHash } from "node:crypto";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { writeAll } from "../../os/files/write-file.ts";
import { commitBlob } from "../blobs/blob-file.ts";
import { streamBlob } from "../blobs/blobs.ts";
import { decompressed, peekCompression } from "../compression/decompress.ts";
import { lastingChunks } from "../compression/lasting-chunks.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory } from "../tmp-directory.ts";
import { unpackLayer } from "./layers.ts";

/** A layer that was made here: its blob is stored and unpacked. */
export interface NewLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

/**
 * Stores a tar as a layer on top of others, and unpacks it. A tar that comes compressed with gzip or zstd
 * stays as it is; any other is compressed with gzip. The caller has a lease on the content.
 * @param below diffIDs of the layers that it stands on, base first
 * @throws {TspodError} If it is no tar.
 */
export async function addLayer(
  store: Store,
  tar: AsyncIterable<Uint8Array>,
  { below, signal }: { below: readonly Digest[]; signal?: AbortSignal | undefined },
): Promise<NewLayer> {
  const { compression, whole } = await peekCompression(tar);
  const layer =
    compression === "gzip" || compression === "zstd"
      ? await storeCompressed(store, whole, compression)
      : await storeGzipped(store, lastingChunks(decompressed(whole)));
  const chain = chainIds([...below, layer.diffId]);
  const chainId = chain.at(-1);
  if (chainId === undefined) throw new Error("no chainID of a layer");
  await unpackLayer(store, {
    chainId,
    diffId: layer.diffId,
    below: chain.slice(0, -1),
    source: streamBlob(store, layer.descriptor.digest),
    ...(signal === undefined ? {} : { signal }),
  });
  return layer;
}

async function storeCompressed(
  store: Store,
  bytes: AsyncIterable<Uint8Array>,
  compression: "gzip" | "zstd",
): Promise<NewLayer> {
  const type = compression === "gzip" ? mediaType.ociLayerGzip : mediaType.ociLayerZstd;
  const blob = await storeBlob(store, bytes);
  const hash = createHash("sha256");
  for await (const chunk of decompressed(streamBlob(store, blob.digest))) hash.update(chunk);
  return { descriptor: { mediaType: type, ...blob }, diffId: parseDigest(`sha256:${hash.digest("hex")}`) };
}

async function storeGzipped(store: Store, tar: AsyncIterable<Uint8Array>): Promise<NewLayer> {
  const hash = createHash("sha256");
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of tar) {
      hash.update(chunk);
      yield chunk;
    }
  };
  // Whichever end fails, the others are closed.
  const blob = await pipeline(hashed, createGzip(), (zipped: AsyncIterable<Uint8Array>) =>
    storeBlob(store, zipped),
  );
  return {
    descriptor: { mediaType: mediaType.ociLayerGzip, ...blob },
    diffId: parseDigest(`sha256:${hash.digest("hex")}`),
  };
}

/** Store bytes whose digest is known afterwards. */
async function storeBlob(
  store: Store,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ digest: Digest; size: number }> {
  using work = makeTmpDirectory(store, "blob");
  const path = `${work.path}/blob`;
  const hash = createHash("sha256");
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  using undo = new DisposableStack();
  undo.defer(() => rmSync(path, { force: true }));
  undo.defer(() => closeSync(fd));
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    writeAll(fd, chunk);
    size += chunk.length;
  }
  const digest = parseDigest(`sha256:${hash.digest("hex")}`);
  commitBlob(store, { fd, path, digest });
  return { digest, size };
}
