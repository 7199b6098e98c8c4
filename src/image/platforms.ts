import type { Platform } from "../oci/platform.ts";
import type { Store } from "../storage/store.ts";
import { findMembers, type MemberOptions } from "./list-members.ts";

/**
 * The platforms that an image is there for: of a list all that it names, without its attestations.
 * @throws {TspodError} If there is no such image, here or in a registry.
 */
export async function imagePlatforms(
  store: Store,
  text: string,
  options: MemberOptions,
): Promise<Platform[]> {
  const members = await findMembers(store, text, options);
  return members.flatMap(({ entry: { platform } }) =>
    platform === undefined || platform.os === "unknown" ? [] : [platform],
  );
}
