import { chmodSync, chownSync, mkdirSync, type Stats, statSync } from "node:fs";
import type { Digest } from "../../oci/digest.ts";
import { layerFiles } from "../layers/layer-record.ts";
import type { Store } from "../store.ts";

type Look = Pick<Stats, "uid" | "gid" | "mode">;

/** Give an upper directory, which is the root of what is mounted, owner and mode. */
export function giveLook(upper: string, { uid, gid, mode }: Look): void {
  const made = statSync(upper);
  if (made.uid !== uid || made.gid !== gid) chownSync(upper, uid, gid);
  if (made.mode !== mode) chmodSync(upper, mode & 0o7777);
}

/**
 * Make what an overlay over an image's layers needs in a directory beside its mount point: upper/, which
 * looks like the root of the topmost layer, and work/.
 */
export function makeUpperDirectory(store: Store, directory: string, chainIds: readonly Digest[]): void {
  for (const name of ["upper", "work"]) mkdirSync(`${directory}/${name}`, { mode: 0o755 });
  const top = chainIds.at(-1);
  if (top !== undefined) giveLook(`${directory}/upper`, statSync(layerFiles(store, top)));
}
