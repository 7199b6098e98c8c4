import { InUseError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { listContainerRecords } from "../containers/container-directory.ts";
import { soundImageVolumes, volumesOfImage } from "../image-volumes.ts";
import { lockStorage } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import { readIndex, writeIndex } from "./image-layout.ts";
import { idOrDigest, type StoredImage } from "./stored-image.ts";
import { deleteUnreferenced, sweepLeftovers } from "./unreferenced.ts";

/** IDs of the containers that were made from an image. */
export function imageUsers(store: Store, image: Pick<StoredImage, "id">): string[] {
  return listContainerRecords(store)
    .filter((record) => record.image?.id === image.id)
    .map(({ id }) => id);
}

/** Whether a container or a volume is made from an image. */
export function isImageUsed(store: Store, image: { readonly id: Digest }): boolean {
  return imageUsers(store, image).length > 0 || volumesOfImage(store, image).length > 0;
}

/**
 * How many containers were made of each image that has any, by its ID: in one look at all containers. As with
 * Podman, a volume that is made of an image counts as one.
 */
export function imageUserCounts(store: Store): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { image } of [...listContainerRecords(store), ...soundImageVolumes(store)])
    if (image !== undefined) counts.set(image.id, (counts.get(image.id) ?? 0) + 1);
  return counts;
}

/**
 * Remove an image, or a list of images, under all its names, and the blobs and layers that nothing else
 * refers to. Takes the storage lock.
 * @throws {InUseError} If a container or a volume refers to it.
 */
export async function removeImage(store: Store, image: Pick<StoredImage, "id">): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  const [user] = imageUsers(store, image);
  if (user !== undefined) {
    throw new InUseError(
      `image used by ${user}: image is in use by a container: consider listing external containers and force-removing image`,
    );
  }
  const [volume] = volumesOfImage(store, image);
  if (volume !== undefined) {
    throw new InUseError(
      `image used by volume ${volume}: image is in use by a volume: remove the volume, or force the removal of both`,
    );
  }
  const others = readIndex(store).filter((entry) => idOrDigest(store, entry) !== image.id);
  writeIndex(store, others);
  deleteUnreferenced(store);
  await sweepLeftovers(store);
}
