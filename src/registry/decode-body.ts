import { PassThrough, pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { ownValue } from "../oci/shape.ts";
import { RegistryError } from "./registry-error.ts";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * The content of a body with content codings; the reader sees a failure of either.
 * @param codings as in the header, the last one outermost
 * @throws {RegistryError} If a coding is unknown; the body is destroyed then.
 */
export function decodeBody(body: Readable, codings: string): Readable {
  const names = codings.split(",").map((name) => name.trim());
  const decoders = names
    .reverse()
    .map((name) => (name === "identity" ? () => new PassThrough() : ownValue(DECODERS, name)));
  const unknown = names.find((_, at) => decoders[at] === undefined);
  if (unknown !== undefined) {
    body.on("error", () => undefined).destroy();
    throw new RegistryError(`the server answers in the content coding "${unknown}", which nobody asked for`);
  }
  return decoders
    .flatMap((make) => make?.() ?? [])
    .reduce<Readable>((source, decoder) => pipeline(source, decoder, () => undefined), body);
}
