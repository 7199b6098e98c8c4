import type { Setting } from "../config/setting.ts";
import type { StorePlace } from "../system/store.ts";
import type { GlobalFlags } from "./flags/global-flags.ts";

/**
 * What adds the stores that --storage-opt and storage.conf name, in which images are only looked for; most
 * calls have none.
 * @throws {TspodError} If one is named by a relative path.
 */
export async function imageStores(
  flags: GlobalFlags,
  conf: readonly Setting[],
): Promise<StorePlace["withOthers"]> {
  const named = flags["storage-opt"].length > 0;
  if (!named && !conf.some(({ key }) => key.startsWith("storage."))) return undefined;
  const { imageStorePaths } = await import("../config/image-stores.ts");
  const { withImageStores } = await import("../system/image-stores.ts");
  const places = imageStorePaths(flags, conf);
  return (own) => withImageStores(own, places, named);
}
