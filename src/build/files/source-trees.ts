import { TspodError } from "../../errors.ts";
import type { Reference } from "../plan/references.ts";
import { sourceReference } from "../plan/references.ts";
import type { Build, ImageLayer } from "../run/build.ts";
import { imageLayers } from "../run/stage-base.ts";
import type { SourceRoot } from "./source-root.ts";

/** Where files are taken from. */
export interface SourceTree {
  /** Names the content of an image or a stage, so that it need not be looked at; absent for a directory. */
  readonly id?: string;
  /** Mounts it, where it is an image or a stage. */
  readonly open: () => SourceRoot;
}

/**
 * The tree that a `--from=` or `from=` names; without one the build's own context.
 * @param index of the stage that asks
 * @throws {TspodError} If there is no such thing, or no context.
 */
export async function sourceTree(build: Build, from: string | undefined, index: number): Promise<SourceTree> {
  if (from === undefined) {
    const { context } = build.settings;
    if (context === undefined) {
      throw new TspodError("there is no context to take files from: give a directory as the operand");
    }
    return { open: () => context };
  }
  return referencedTree(build, sourceReference(from, build.graph.names, index));
}

async function referencedTree(build: Build, reference: Reference): Promise<SourceTree> {
  switch (reference.kind) {
    case "stage":
      return layersTree(build, (await build.stage(reference.index)).layers);
    case "image":
      return layersTree(build, imageLayers(await build.findImage(reference.name, undefined)));
    case "scratch":
      return layersTree(build, []);
    case "context": {
      const context = build.settings.contexts.get(reference.name);
      if (context?.kind === "tree") return { open: () => context.root };
      return referencedTree(build, { kind: "image", name: context?.name ?? reference.name });
    }
  }
}

function layersTree(build: Build, layers: readonly ImageLayer[]): SourceTree {
  return {
    id: layers.at(-1)?.chainId ?? "empty",
    open: () => ({ path: build.view(layers), rules: [], keepsOwners: true }),
  };
}
