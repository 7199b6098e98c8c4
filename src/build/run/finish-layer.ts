import { lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { mediaType } from "../../oci/media-type.ts";
import { hashTree, placeMadeLayer } from "../../storage/layers/made-layer.ts";
import { openLowerChain } from "../../storage/tree/lower-chain.ts";
import { setLayerTimes } from "../files/layer-times.ts";
import type { Build, ImageLayer } from "./build.ts";
import type { StepFiles } from "./do-step.ts";

/** The layers that a new one stands on. */
export interface Below {
  readonly layers: readonly ImageLayer[];
  /** Absolute paths of their files, topmost first. */
  readonly lowers: readonly string[];
}

/**
 * Make a layer of what a step has left: the directory itself becomes it, hashed once and moved into the
 * store.
 */
export async function finishLayer(
  build: Build,
  { upper, mountPoints }: StepFiles,
  { layers, lowers }: Below,
): Promise<ImageLayer & { readonly size: number }> {
  const { store } = build.engine;
  removeMountPoints(upper, lowers, mountPoints);
  const { time } = build.settings;
  if (time !== undefined && time.files !== "keep") setLayerTimes(upper, time);
  const tree = await hashTree(upper, { root: hasOwnRoot(upper, lowers[0]) });
  const directory = build.workshop.directory("made");
  renameSync(upper, join(directory, "fs"));
  const placed = await placeMadeLayer(store, {
    directory,
    tree,
    below: layers.map(({ chainId }) => chainId),
    belowCommitted: Promise.all(layers.map(({ committed }) => committed)),
    writeOut: build.writeOut,
  });
  build.workshop.show(placed.chainId);
  return {
    chainId: placed.chainId,
    diffId: tree.diffId,
    size: tree.size,
    descriptor: { mediaType: mediaType.ociLayer, digest: tree.diffId, size: tree.size },
    committed: placed.committed,
  };
}

/** Whether a step has changed owner or mode of the root directory, which a layer then has to say. */
function hasOwnRoot(upper: string, lower: string | undefined): boolean {
  const own = lstatSync(upper);
  const { mode, uid, gid } =
    lower === undefined ? { mode: own.mode, uid: 0, gid: 0 } : lstatSync(`${lower}/.`);
  const expected = lower === undefined ? 0o755 : mode & 0o7777;
  return (own.mode & 0o7777) !== expected || own.uid !== uid || own.gid !== gid;
}

/** Of those that the runtime has made, since a whiteout hides what was laid for it. */
function removeMountPoints(upper: string, lowers: readonly string[], paths: readonly string[]): void {
  using below = openLowerChain(lowers);
  for (const path of [...paths].sort().reverse()) {
    const place = join(upper, path);
    const status = lstatSync(place, { throwIfNoEntry: false });
    if (path === "" || status === undefined || below.find(Buffer.from(path).toString("latin1"))) continue;
    if (status.isFile() && status.size === 0) unlinkSync(place);
    else if (status.isDirectory() && readdirSync(place).length === 0) rmdirSync(place);
  }
}
