import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestHex, isDigest } from "../../oci/digest.ts";
import { anyText, map, members, size, textThat } from "../../oci/shape.ts";
import type { Store } from "../store.ts";
import { forgetBlobPlaces } from "./blob-places.ts";
import { readHint, writeHint } from "./hint.ts";

const COMPRESSIONS = ["gzip", "zstd", "zstd:chunked"] as const;
type Compression = (typeof COMPRESSIONS)[number];

interface Recompressed {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** What its descriptor says of it; zstd:chunked only. */
  readonly annotations?: Readonly<Record<string, string>>;
}

const recompressedShape = members(
  { digest: textThat(isDigest, "a digest"), size },
  { annotations: map(anyText) },
);

/**
 * The digest that a stored layer got when it was compressed in another way for a push, so that a registry
 * that has it need not get it again. A file that can't be read counts as none.
 */
export function recompressedAs(
  store: Store,
  digest: Digest,
  compression: Compression,
): Recompressed | undefined {
  return read(hintFile(store, digestHex(digest), compression));
}

/** Remember what a layer came out as. */
export function recordRecompressed(
  store: Store,
  layer: Digest,
  { compression, ...recompressed }: Recompressed & { readonly compression: Compression },
): void {
  writeHint(store, hintFile(store, digestHex(layer), compression), recompressed);
}

/**
 * To be called when a blob has gone: what it was compressed to is of no use any more.
 * @param name of the blob's file
 */
export function forgetRecompressed(store: Store, name: string): void {
  for (const compression of COMPRESSIONS) {
    const path = hintFile(store, name, compression);
    const known = read(path);
    if (known === undefined) continue;
    forgetBlobPlaces(store, digestHex(known.digest));
    rmSync(path, { force: true });
  }
}

function hintFile(store: Store, name: string, compression: Compression): string {
  return join(store.root, "places", `${name}.${compression.replace(":", "-")}`);
}

function read(path: string): Recompressed | undefined {
  return readHint(path, recompressedShape);
}
