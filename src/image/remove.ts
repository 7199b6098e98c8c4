import { NotFoundError, TspodError } from "../errors.ts";
import { type Digest, digestHex } from "../oci/digest.ts";
import { appendEvent } from "../storage/events.ts";
import { volumesOfImage } from "../storage/image-volumes.ts";
import * as images from "../storage/images/image-removal.ts";
import { idNamed, resolveImage } from "../storage/images/stored-image.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";
import type { ResolvedAny } from "./lists.ts";
import { untagImage } from "./tag.ts";

/** What a removal has done. */
export interface Removal {
  /** Full references. */
  readonly untagged: readonly string[];
  /** ID, in hex; undefined: a name was taken away, no more. */
  readonly deleted: string | undefined;
}

/** What an image is used by. */
export interface ImageUsers {
  /** IDs of the containers that were made from it. */
  readonly containers: readonly string[];
  /** Names of the volumes that are made of it. */
  readonly volumes: readonly string[];
}

export interface RemovalOptions {
  /** Remove what has several names by its ID. */
  readonly all: boolean;
  /** Removes the containers and volumes that were made from it; absent: they are in the way. */
  readonly removeUsers?: (users: ImageUsers) => Promise<void>;
}

/**
 * Take a name from an image or a list; with its last name, or by its ID, remove it.
 * @throws {InUseError} If a container or a volume was made from it.
 * @throws {TspodError} If it is named by its ID, has several names, and neither option is given.
 */
export async function removeNamed(
  store: Store,
  { image, name }: ResolvedAny,
  { all, removeUsers }: RemovalOptions,
): Promise<Removal> {
  const { id, names } = image;
  if ("readOnlyStore" in image) throw new TspodError(`cannot remove read-only image "${digestHex(id)}"`);
  if (name !== undefined && names.length > 1) {
    await untagImage(store, image, [name]);
    return { untagged: [name], deleted: undefined };
  }
  if (names.length > 1 && removeUsers === undefined && !all) {
    throw new TspodError(
      `unable to delete image "${digestHex(id)}" by ID with more than one tag ([${names.join(" ")}]): please force removal`,
    );
  }
  await removeUsers?.(usersOf(store, image));
  await removeImage(store, { id, names, asked: name });
  return { untagged: names, deleted: digestHex(id) };
}

function usersOf(store: Store, image: { readonly id: Digest }): ImageUsers {
  return { containers: images.imageUsers(store, image), volumes: volumesOfImage(store, image) };
}

/**
 * Remove an image or a list with all its names; there is an event for each name, and one for itself, which
 * has the name that was asked for, if it was asked for by name.
 * @throws {InUseError} If a container or a volume was made from it.
 */
export async function removeImage(
  store: Store,
  {
    id,
    names,
    asked,
  }: { readonly id: Digest; readonly names: readonly string[]; readonly asked?: string | undefined },
): Promise<void> {
  await images.removeImage(store, { id });
  for (const name of names) appendEvent(store, imageEvent("untag", { id, name }));
  appendEvent(store, imageEvent("remove", { id, name: asked }));
}

/**
 * Remove an image or a list that can't be read, by its name or ID alone.
 * @throws {NotFoundError} If it is not there.
 * @throws {InUseError} If a container or a volume was made from it.
 */
export async function removeDamaged(
  store: Store,
  operand: string,
  { removeUsers }: RemovalOptions,
): Promise<Removal> {
  const id = idNamed(store, operand);
  if (id === undefined) throw new NotFoundError(`${operand}: image not known`);
  await removeUsers?.(usersOf(store, { id }));
  await removeImage(store, { id, names: [] });
  return { untagged: [], deleted: digestHex(id) };
}

/** Removes an image by its ID; does nothing if it is gone. */
export async function removeImageById(store: Store, id: string): Promise<void> {
  const found = resolveImage(store, id);
  if (found !== undefined && found.image.readOnlyStore === undefined) await removeImage(store, found.image);
}

/**
 * Remove the image that a container was made from, as Podman: where it has several names, the one that the
 * container was made by goes, and the image stays. Does nothing if the image is gone.
 * @throws {InUseError} If another container was made from it.
 * @throws {TspodError} If it has several names by now, none of which is that one.
 */
export async function removeImageOf(
  store: Store,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  const image = resolveImage(store, id)?.image;
  if (image === undefined) return;
  await removeNamed(store, { image, name: image.names.includes(name) ? name : undefined }, { all: false });
}
