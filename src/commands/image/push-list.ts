import { TspodError } from "../../errors.ts";
import type { PushOptions } from "../../image/push/push-options.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseImagePlace } from "../../options/parse/image-place.ts";
import type { ImageList } from "../../storage/images/image-list.ts";
import type { Store } from "../../storage/store.ts";

/**
 * Push a list of images.
 * @param options.all its images, too; those that were added from a registry are fetched first
 * @returns its digest there
 * @throws {TspodError} If it can't be done.
 */
export async function pushList(
  store: Store,
  list: ImageList,
  {
    destination,
    all,
    ...options
  }: PushOptions & { readonly destination: string; readonly all: boolean; readonly signal: AbortSignal },
): Promise<Digest> {
  const place = parseImagePlace(destination);
  if (place.transport !== "docker")
    throw new TspodError(`a list can be pushed to a registry only, not to "${destination}"`);
  if (all) {
    const { fetchMembers } = await import("../../image/list-members.ts");
    await fetchMembers(store, list, { ...options, platform: hostPlatform(process.arch) });
  }
  const { pushToRegistry } = await import("../../image/push/push.ts");
  const source = { mediaType: list.mediaType, digest: list.manifestDigest };
  return pushToRegistry(store, source, {
    ...options,
    destination: place.reference,
    ...(!all && { instances: [] }),
  });
}
