import { existsSync, readdirSync } from "node:fs";
import { type Digest, isDigest } from "../oci/digest.ts";
import { list, members, oneOf, type Shape, text, textThat } from "../oci/shape.ts";
import { readable, readRecord } from "./record.ts";
import type { Store } from "./store.ts";

/** The image that a volume of the driver `image` is made of. */
export interface VolumeImage {
  readonly id: Digest;
  /** ChainIDs of its layers, base first. */
  readonly chainIds: readonly Digest[];
}

const digest = textThat(isDigest, "a sha256 digest");

/** In a volume's record. */
export const volumeImageShape: Shape<VolumeImage> = members({ id: digest, chainIds: list(digest) });

export interface ImageVolume {
  readonly name: string;
  readonly image: VolumeImage;
}

const recordShape = members({ schemaVersion: oneOf(1), name: text }, { image: volumeImageShape });

/**
 * All volumes of the driver `image`: they refer to their image, and to its layers, as a container does.
 * @throws {DamagedError} If a volume's record can't be read.
 */
export function imageVolumes(store: Store): ImageVolume[] {
  return readdirSync(store.volumes).flatMap((name) => readImageVolume(store, name) ?? []);
}

/** Names of the volumes that are made of an image; a warning for each volume that is damaged. */
export function volumesOfImage(store: Store, { id }: { readonly id: Digest }): string[] {
  return soundImageVolumes(store).flatMap(({ name, image }) => (image.id === id ? [name] : []));
}

/** As imageVolumes(), without those that are damaged, and a warning for each of these. */
export function soundImageVolumes(store: Store): ImageVolume[] {
  return readable(readdirSync(store.volumes), (name) => readImageVolume(store, name), store.warn);
}

/** Whether a volume is made of an image, be its record damaged: then it has an upper directory. */
export function isMadeOfImage(store: Store, name: string): boolean {
  return existsSync(`${store.volumes}/${name}/upper`);
}

/** undefined: there is none of that name, or it is one of another driver. */
function readImageVolume(store: Store, name: string): ImageVolume | undefined {
  if (!isMadeOfImage(store, name)) return undefined;
  const record = readRecord(`${store.volumes}/${name}/volume.json`, recordShape);
  return record?.image === undefined ? undefined : { name, image: record.image };
}
