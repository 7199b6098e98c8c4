import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { ImageHistory } from "../../oci/image-config.ts";
import { layerFiles } from "../../storage/layers/layers.ts";
import { type MergeOptions, mergeInto } from "../../storage/tree/copy-tree.ts";
import { copyRootAttributes } from "../files/destination.ts";
import type { Build, BuiltStage } from "./build.ts";
import { finishLayer } from "./finish-layer.ts";
import { removeNeedlessWhiteouts } from "./needless-whiteouts.ts";

/** Which layers become one: those that the build has made, or all. */
export type Squash = "new" | "all";

/**
 * The same files in fewer layers. All entries of the history stay, and the last one has the layer.
 */
export async function squash(build: Build, built: BuiltStage, which: Squash): Promise<BuiltStage> {
  const kept = which === "all" ? [] : built.layers.slice(0, built.base.layers);
  const merged = built.layers.slice(kept.length);
  if (merged.length < 2 && which === "new") return built;
  const lowers = kept.map(({ chainId }) => layerFiles(build.engine.store, chainId)).reverse();
  const upper = join(build.workshop.directory("squash"), "fs");
  mkdirSync(upper);
  copyRootAttributes(upper, lowers[0]);
  if (which === "all") mergeDirectory(build.view(built.layers), upper, {});
  else {
    for (const { chainId } of merged) {
      mergeDirectory(layerFiles(build.engine.store, chainId), upper, { layer: true, stacked: true });
    }
    removeNeedlessWhiteouts(upper, lowers);
  }
  const layer = await finishLayer(build, { upper, mountPoints: [] }, { layers: kept, lowers });
  await layer.committed;
  const keptEntries = which === "all" ? 0 : built.base.history;
  return { ...built, layers: [...kept, layer], history: squashedHistory(built.history, keptEntries) };
}

/** @param from absolute path, as is `to` */
function mergeDirectory(from: string, to: string, options: MergeOptions): void {
  const fd = openSync(from, constants.O_DIRECTORY);
  try {
    mergeInto({ dirFd: fd, name: "." }, to, options);
  } finally {
    closeSync(fd);
  }
}

function squashedHistory(history: readonly ImageHistory[], kept: number): ImageHistory[] {
  return history.map((entry, index) => {
    const { empty_layer: _, ...rest } = entry;
    if (index < kept) return entry;
    return index === history.length - 1 ? rest : { ...rest, empty_layer: true };
  });
}
