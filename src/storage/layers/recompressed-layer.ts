import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGzip, createZstdCompress, type Gzip, type ZstdCompress } from "node:zlib";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { decompressed } from "../compression/decompress.ts";
import { lastingChunks } from "../compression/lasting-chunks.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory } from "../tmp-directory.ts";
import { streamLayerBlob } from "./layer-blob.ts";

/** A layer's tar, compressed in another way, in a file that goes away on dispose. */
export interface RecompressedLayer extends Disposable {
  /** Absolute path. */
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
  /** What its descriptor says of it; zstd:chunked only. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** How a layer is compressed for a registry. */
export type PushCompression = "gzip" | "zstd" | "zstd:chunked";

/**
 * Compress a stored layer anew: the same bytes each time, with the same zlib.
 * @throws {TspodError} If its blob is damaged.
 */
export async function recompressLayer(
  store: Store,
  { digest }: Pick<Descriptor, "digest">,
  {
    compression,
    level,
    signal,
  }: {
    compression: PushCompression;
    level?: number | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<RecompressedLayer> {
  using undo = new DisposableStack();
  const path = join(undo.use(makeTmpDirectory(store, "push")).path, "layer");
  const tar = (): AsyncIterable<Uint8Array> => lastingChunks(decompressed(streamLayerBlob(store, digest)));
  const written =
    (compression === "zstd:chunked" && (await writeChunked(path, tar(), { level, signal }))) ||
    (await writeStream(path, tar(), { compressor: compressor(compression, level), signal }));
  const kept = undo.move();
  return { path, ...written, [Symbol.dispose]: () => kept.dispose() };
}

/** A small file is two frames of some dozen bytes: so much is written at once. */
const WRITE = 1024 * 1024;

type Written = Pick<RecompressedLayer, "digest" | "size" | "annotations">;

/** @returns undefined where the layer holds something that this form has no words for */
async function writeChunked(
  path: string,
  tar: AsyncIterable<Uint8Array>,
  { level, signal }: { readonly level: number | undefined; readonly signal: AbortSignal | undefined },
): Promise<Written | undefined> {
  const { NotChunkableError, writeChunkedLayer } = await import("../chunked/chunked-layer.ts");
  await using file = await open(path, "w", 0o600);
  const hash = createHash("sha256");
  let [size, written] = [0, 0];
  let frames: Buffer[] = [];
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(frames);
    frames = [];
    written = size;
    hash.update(bytes);
    await file.writeFile(bytes);
  };
  try {
    const annotations = await writeChunkedLayer(tar, level, async (bytes) => {
      signal?.throwIfAborted();
      size += bytes.length;
      frames.push(bytes);
      if (size - written >= WRITE) await flush();
    });
    await flush();
    return { digest: parseDigest(`sha256:${hash.digest("hex")}`), size, annotations };
  } catch (error) {
    if (error instanceof NotChunkableError) return undefined;
    throw error;
  }
}

async function writeStream(
  path: string,
  tar: AsyncIterable<Uint8Array>,
  {
    compressor,
    signal,
  }: { readonly compressor: Gzip | ZstdCompress; readonly signal: AbortSignal | undefined },
): Promise<Written> {
  const hash = createHash("sha256");
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(
    Readable.from(tar, { objectMode: false }),
    compressor,
    measure,
    createWriteStream(path, { mode: 0o600 }),
    { ...(signal !== undefined && { signal }) },
  );
  return { digest: parseDigest(`sha256:${hash.digest("hex")}`), size };
}

function compressor(compression: PushCompression, level: number | undefined): Gzip | ZstdCompress {
  if (level === undefined) return compression === "gzip" ? createGzip() : createZstdCompress();
  return compression === "gzip"
    ? createGzip({ level })
    : createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } });
}
