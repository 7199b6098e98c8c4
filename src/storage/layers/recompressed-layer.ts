import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
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
}

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
    compression: "gzip" | "zstd";
    level?: number | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<RecompressedLayer> {
  using undo = new DisposableStack();
  const path = join(undo.use(makeTmpDirectory(store, "push")).path, "layer");
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
    Readable.from(lastingChunks(decompressed(streamLayerBlob(store, digest))), { objectMode: false }),
    compressor(compression, level),
    measure,
    createWriteStream(path, { mode: 0o600 }),
    { ...(signal !== undefined && { signal }) },
  );
  const kept = undo.move();
  return {
    path,
    digest: parseDigest(`sha256:${hash.digest("hex")}`),
    size,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

function compressor(compression: "gzip" | "zstd", level: number | undefined): Gzip | ZstdCompress {
  if (level === undefined) return compression === "gzip" ? createGzip() : createZstdCompress();
  return compression === "gzip"
    ? createGzip({ level })
    : createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } });
}
