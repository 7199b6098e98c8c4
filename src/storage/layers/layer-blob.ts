import { existsSync, readdirSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex, parseDigest } from "../../oci/digest.ts";
import { blobPath, hasBlob, openPartialBlob, streamBlob } from "../blobs/blobs.ts";
import type { Store } from "../store.ts";
import { hasLayer, type LayerRecord, layerFiles, readLayer } from "./layer-record.ts";

/*
 * A layer that a build has made has no blob: its manifest names the plain tar by its diffID, and that tar is
 * packed out of the layer's directory when somebody needs it. Whoever wants a layer's bytes asks here.
 */

type Named = Pick<Descriptor, "digest" | "size">;

/** Whether a layer's bytes can be had: its blob is here, or it is a layer that was made here. */
export function hasLayerBlob(store: Store, layer: Named): boolean {
  return hasBlob(store, layer) || madeLayer(store, layer.digest) !== undefined;
}

/**
 * The bytes of a layer, from its blob or packed.
 * @throws {TspodError} While it is read: if it is not here, or a packed one is not what its diffID says any
 * more.
 */
export async function* streamLayerBlob(store: Store, digest: Digest): AsyncGenerator<Uint8Array> {
  const made = existsSync(blobPath(store, digest)) ? undefined : madeLayer(store, digest);
  if (made === undefined) yield* streamBlob(store, digest);
  else yield* packVerified(store, made);
}

/**
 * Absolute path of a layer's blob, which is made where it is missing.
 * @throws {TspodError} If it is neither here nor a layer that was made here.
 */
export async function layerBlobFile(store: Store, layer: Named): Promise<string> {
  const path = blobPath(store, layer.digest);
  if (hasBlob(store, layer)) return path;
  const made = madeLayer(store, layer.digest);
  if (made === undefined) {
    throw new TspodError(`blob "${layer.digest}" is missing: pull the image again`);
  }
  const partial = await openPartialBlob(store, layer);
  if (partial === undefined) return path; // Another process has made it meanwhile.
  try {
    await partial.restart();
    for await (const chunk of packVerified(store, made)) await partial.write(chunk);
    await partial.commit();
  } finally {
    await partial.discard();
  }
  return path;
}

/** A layer of that diffID whose directory can be packed. */
export function madeLayer(store: Store, diffId: Digest): LayerRecord | undefined {
  for (const name of readdirSync(store.layers)) {
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    const chainId = parseDigest(`sha256:${name}`);
    if (!hasLayer(store, chainId)) continue;
    const record = readIfThere(store, chainId);
    if (record?.diffId === diffId && record.made !== undefined) return record;
  }
  return undefined;
}

function readIfThere(store: Store, chainId: Digest): LayerRecord | undefined {
  try {
    return readLayer(store, chainId);
  } catch (error) {
    // The layer was removed meanwhile, or is damaged, which the check reports.
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}

async function* packVerified(store: Store, { chainId, diffId, made }: LayerRecord): AsyncGenerator<Buffer> {
  if (made === undefined) return;
  const [{ createHash }, { packMade }] = await Promise.all([
    import("node:crypto"),
    import("./made-layer.ts"),
  ]);
  const hash = createHash("sha256");
  for await (const chunk of packMade(layerFiles(store, chainId), made)) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest("hex")}`;
  if (found !== diffId) {
    throw new TspodError(
      `the files of layer "${digestHex(chainId)}" have changed: as a tar they are "${found}", not "${diffId}"; build the image again`,
    );
  }
}
