import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmdirSync } from "node:fs";
import { hasCode } from "../../os/system-error.ts";
import { mergeInto } from "../tree/copy-tree.ts";
import { removeTree } from "../tree/remove-tree.ts";

/**
 * The last resort: make a root file system by copying its layers into `target`, all or nothing. No-op if that
 * is done.
 * @param layers absolute paths of their files, base first
 */
export async function copyLayers(layers: readonly string[], target: string): Promise<void> {
  if (isFilled(target)) return;
  const making = `${target}.copying`;
  removeTree(making);
  mkdirSync(making, { mode: 0o755 });
  for (const layer of layers) {
    const dirFd = openSync(layer, "r");
    try {
      mergeInto({ dirFd, name: "." }, making);
    } finally {
      closeSync(dirFd);
    }
  }
  renameSync(making, target); // onto the empty directory
}

/** rmdir(2) fails where there is something in the directory, and takes an empty one out of the way. */
function isFilled(target: string): boolean {
  if (!existsSync(target)) return false;
  try {
    rmdirSync(target);
    return false;
  } catch (error) {
    if (hasCode(error, "ENOTEMPTY", "EEXIST")) return true;
    throw error;
  }
}
