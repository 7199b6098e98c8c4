import { TspodError } from "../../errors.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseImagePlace } from "../../options/parse/image-place.ts";
import { appendEvent } from "../../storage/events.ts";
import type { Store } from "../../storage/store.ts";
import { imageEvent } from "../event.ts";
import type { ImageList } from "../lists.ts";
import type { PushOptions } from "./push-options.ts";

export interface ListPush extends PushOptions {
  /** A registry's reference, as the user typed it. */
  readonly destination: string;
  /** Its images, too; those that were added from a registry are fetched first. */
  readonly all: boolean;
  readonly signal: AbortSignal;
}

/**
 * Push a list of images, with its event (podman-events(1): `push`).
 * @returns its digest there
 * @throws {TspodError} If it can't be done.
 */
export async function pushList(
  store: Store,
  list: ImageList,
  { destination, all, ...options }: ListPush,
): Promise<Digest> {
  const place = parseImagePlace(destination);
  if (place.transport !== "docker")
    throw new TspodError(`a list can be pushed to a registry only, not to "${destination}"`);
  if (all) {
    const { fetchMembers } = await import("../list-members.ts");
    await fetchMembers(store, list, { ...options, platform: hostPlatform(process.arch) });
  }
  const { pushToRegistry } = await import("./push.ts");
  const source = { mediaType: list.mediaType, digest: list.manifestDigest };
  const digest = await pushToRegistry(store, source, {
    ...options,
    destination: place.reference,
    ...(!all && { instances: [] }),
  });
  appendEvent(store, imageEvent("push", { id: list.id, name: destination }));
  return digest;
}
