import { TspodError } from "../../errors.ts";
import { hostPlatform, parsePlatform, wantedPlatform } from "../../oci/choose-platform.ts";
import type { Platform } from "../../oci/platform.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import type { PlannedStage } from "../plan/graph.ts";
import type { Reference } from "../plan/references.ts";
import { DEFAULT_PATH, stateOnImage, stateOnStage } from "../plan/stage-state.ts";
import type { Build, BuiltStage, ImageLayer } from "./build.ts";

export interface StageStart {
  readonly built: BuiltStage;
  /** What the image keeps for those who build upon it, as text. */
  readonly triggers: readonly string[];
}

/** Where a stage begins: an image, another stage, or nothing. */
export async function stageBase(build: Build, { base, platform }: PlannedStage): Promise<StageStart> {
  const wanted =
    platform === undefined ? undefined : wantedPlatform(hostPlatform(process.arch), parsePlatform(platform));
  switch (base.kind) {
    case "scratch":
      return { built: emptyStage(wanted ?? build.settings.platform), triggers: [] };
    case "stage": {
      const built = await build.stage(base.index);
      return {
        built: { ...built, state: stateOnStage(built.state) },
        triggers: built.state.config.OnBuild ?? [],
      };
    }
    default:
      return onImage(build, await build.findImage(imageName(build, base), wanted), imageName(build, base));
  }
}

function imageName(build: Build, base: Exclude<Reference, { kind: "scratch" | "stage" }>): string {
  if (base.kind === "image") return base.name;
  const context = build.settings.contexts.get(base.name);
  if (context?.kind === "image") return context.name;
  throw new TspodError(
    `build context "${base.name}" is a directory: FROM needs an image, given as docker-image://NAME`,
  );
}

function emptyStage({ os, architecture, variant }: Platform): BuiltStage {
  return {
    state: stateOnImage({ Env: [`PATH=${DEFAULT_PATH}`], WorkingDir: "/" }),
    layers: [],
    history: [],
    base: { layers: 0, history: 0, config: { os, architecture, ...(variant && { variant }) } },
    created: undefined,
  };
}

function onImage({ settings: { inherits } }: Build, image: StoredImage, name: string): StageStart {
  const { config: ownConfig, rootfs, history = [], created, author, ...rest } = image.config;
  const { Labels, ...unlabelled } = ownConfig ?? {};
  const config = inherits.labels && Labels ? { ...unlabelled, Labels } : unlabelled;
  const layers = imageLayers(image);
  return {
    built: {
      state: stateOnImage(config, author),
      layers,
      history,
      base: {
        layers: layers.length,
        history: history.length,
        image: { name: image.names[0] ?? name, stored: image },
        config: rest,
        annotations: inherits.annotations ? image.manifest.annotations : undefined,
      },
      created,
    },
    triggers: config.OnBuild ?? [],
  };
}

/** @throws {TspodError} If its config has other layers than its manifest. */
export function imageLayers({ id, config, manifest, chainIds }: StoredImage): ImageLayer[] {
  return manifest.layers.map((descriptor, index) => {
    const [diffId, chainId] = [config.rootfs.diff_ids[index], chainIds[index]];
    if (diffId === undefined || chainId === undefined) {
      throw new TspodError(`image "${id}" is damaged: its config has other layers than its manifest`);
    }
    return { descriptor, diffId, chainId, committed: Promise.resolve() };
  });
}
