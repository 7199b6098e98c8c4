import { existsSync, lstatSync } from "node:fs";
import { NotFoundError } from "../../errors.ts";
import { type Digest, digestHex, isDigest } from "../../oci/digest.ts";
import { type IdMaps, idMapsKey } from "../../oci/id-maps.ts";
import { list, members, oneOf, type Shape, size, textThat } from "../../oci/shape.ts";
import { readable, readRecord } from "../record.ts";
import type { Store } from "../store.ts";

/** layers/<chainID hex>/layer.json */
export interface LayerRecord {
  readonly schemaVersion: 1;
  readonly chainId: Digest;
  /** ChainIDs of the layers below, base first. */
  readonly below: readonly Digest[];
  readonly diffId: Digest;
  /** Bytes of the uncompressed tar. */
  readonly size: number;
  /**
   * There where the layer was made here out of its directory, by a build: its tar is packed anew whenever a
   * blob is needed, and is the same each time.
   */
  readonly made?: MadeLayer;
}

/** How a layer's directory becomes its tar. */
export interface MadeLayer {
  /** Whether the root directory has an entry: its attributes are not those of the layer below. */
  readonly root: boolean;
}

/** Ends the name of the directory with the copies of a layer that is a link. */
export const MAPS_OF_LINK = ".maps";

/** Absolute path of a layer, there or not. It may be a link to the layer in another store. */
export function layerPath(store: Store, chainId: Digest): string {
  return `${store.layers}/${digestHex(chainId)}`;
}

/** Absolute path of the directory of a layer's files. */
export function layerFiles(store: Store, chainId: Digest): string {
  return `${layerPath(store, chainId)}/fs`;
}

/**
 * Absolute path of a layer's copy for other owners, there or not: it goes with the layer. What is a link to a
 * layer of another store, which is never written, has its copies beside it.
 */
export function mappedLayerPath(store: Store, chainId: Digest, maps: IdMaps): string {
  const place = layerPath(store, chainId);
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return `${place}${isLink ? MAPS_OF_LINK : "/maps"}/${idMapsKey(maps)}`;
}

/** Whether a layer is here, whole. */
export function hasLayer(store: Store, chainId: Digest): boolean {
  return existsSync(`${layerPath(store, chainId)}/layer.json`);
}

/**
 * @throws {NotFoundError} If it is not here.
 * @throws {DamagedError} If its record can't be read.
 */
export function readLayer(store: Store, chainId: Digest): LayerRecord {
  const layer = readRecord(`${layerPath(store, chainId)}/layer.json`, layerShape(chainId));
  if (layer === undefined)
    throw new NotFoundError(`layer "${chainId}" is not in the store: pull its image again`);
  return layer;
}

/**
 * The layer, if it is here or in one of the other stores, for those who do without. A damaged record is
 * reported; a repair makes it anew.
 */
export function soundLayer(store: Store, chainId: Digest): LayerRecord | undefined {
  const [layer] = readable(
    [chainId],
    () => (hasLayer(store, chainId) ? readLayer(store, chainId) : undefined),
    store.warn,
  );
  if (layer !== undefined || store.others === undefined) return layer;
  const other = store.others().find((each) => hasLayer(each, chainId));
  return other && soundLayer(other, chainId);
}

function layerShape(chainId: Digest): Shape<LayerRecord> {
  return members({
    schemaVersion: oneOf(1),
    chainId: oneOf(chainId),
    below: list(digest),
    diffId: digest,
    size,
  });
}

const digest = textThat(isDigest, "a sha256 digest");
