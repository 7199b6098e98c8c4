import { TspodError } from "../errors.ts";
import type { VolumeImage } from "../storage/image-volumes.ts";
import { hasLayer } from "../storage/layers/layer-record.ts";
import { lockStorage } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { createVolume } from "./create.ts";
import { getVolume, type VolumeRecord, type VolumeRequest } from "./volumes.ts";

export interface ImageVolumeRequest extends Omit<VolumeRequest, "created" | "image" | "bondedTo"> {
  /** As given: key to value; `image` is the one that is known. */
  readonly options: Readonly<Record<string, string>>;
  /** Finds an image by what the user calls it. @throws {TspodError} If there is none. */
  readonly findImage: (name: string) => VolumeImage;
}

/**
 * Makes a volume of the driver `image`: it shows an image's files, and keeps what is written over them. As
 * with Podman the image is not pulled.
 * @throws {TspodError} In Podman's words, if an option is unknown, the image is not there, or the name is
 * taken.
 */
export async function createImageVolume(store: Store, request: ImageVolumeRequest): Promise<VolumeRecord> {
  const { findImage, ...asked } = request;
  const name = imageOption(request.options);
  using _lock = await lockStorage(store, "shared"); // the image can't be removed meanwhile
  const there = asked.name === undefined ? undefined : getVolume(store, asked.name);
  // One that is there is given back, or refused, whatever image was asked for: as Podman.
  if (there !== undefined) return createVolume(store, asked);
  return createVolume(store, { ...asked, image: lookUp(store, name, findImage) });
}

/** The name of the image. @throws {TspodError} In Podman's words. */
function imageOption(options: Readonly<Record<string, string>>): string {
  const unknown = Object.keys(options).find((key) => key.toLowerCase() !== "image");
  if (unknown !== undefined)
    throw new TspodError(`invalid mount option ${unknown} for driver 'image': invalid argument`);
  const name = Object.values(options).at(-1) ?? "";
  if (name !== "") return name;
  throw new TspodError(
    "must provide an image name when creating a volume with the image driver: invalid argument",
  );
}

function lookUp(store: Store, name: string, find: ImageVolumeRequest["findImage"]): VolumeImage {
  try {
    const { id, chainIds } = find(name);
    const missing = chainIds.find((chainId) => !hasLayer(store, chainId));
    if (missing === undefined) return { id, chainIds };
    throw new TspodError(`layer "${missing}" is not in the store: pull its image again`);
  } catch (cause) {
    throw new TspodError(`looking up image ${name} to create volume failed`, { cause });
  }
}
