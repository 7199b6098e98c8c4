import { isDeepStrictEqual } from "node:util";
import { imageEvent } from "../../image/event.ts";
import { digestHex } from "../../oci/digest.ts";
import type { ImageConfig, ImageHistory } from "../../oci/image-config.ts";
import type { Platform } from "../../oci/platform.ts";
import { cacheKey, findCached, saveCached } from "../../storage/build-cache/cache-records.ts";
import { appendEvent } from "../../storage/events.ts";
import { tagImage } from "../../storage/images/image-changes.ts";
import { createImage } from "../../storage/images/new-image.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import type { Store } from "../../storage/store.ts";
import type { Build, BuiltStage } from "./build.ts";
import { dateOf } from "./build-stage.ts";

/** What the command line makes of a build's result. */
export interface ImageOptions {
  /** A full reference; absent: known by its ID only. */
  readonly name: string | undefined;
  readonly otherNames: readonly string[];
  readonly format: "oci" | "docker";
  readonly labels: Readonly<Record<string, string>>;
  readonly unsetLabels: readonly string[];
  readonly unsetEnv: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly unsetAnnotations: readonly string[];
  /** Whether an annotation says when it was made. */
  readonly notesCreation: boolean;
  readonly omitHistory: boolean;
  /** What it says that it is for; absent: what its files are for. */
  readonly platform?: Platform | undefined;
  /** Labels that no label of the same name overrides, and that alone make no other image of the base. */
  readonly identity: Readonly<Record<string, string>>;
  readonly osVersion: string | undefined;
  /** What is added; with a minus at its end what is taken away. */
  readonly osFeatures: readonly string[];
}

/**
 * Make an image of a stage. The same stage gives the same image each time: its date is that of its first
 * making.
 */
export async function writeImage(
  build: Build,
  built: BuiltStage,
  options: ImageOptions,
): Promise<StoredImage> {
  const { store } = build.engine;
  const undated = imageConfig(built, options);
  const { format, annotations, unsetAnnotations, notesCreation } = options;
  const key = cacheKey(["image", undated, format, annotations, unsetAnnotations, notesCreation]);
  const noCache = build.settings.noCache === "all" || build.settings.time !== undefined;
  const known = noCache ? undefined : findCached(store, key, build.settings.cacheTtlMs);
  const created = known?.created ?? dateOf(build);
  const below = built.layers.map(({ chainId }) => chainId);
  if (known === undefined) saveCached(store, [key], { schemaVersion: 1, below, created, text: "image" });
  const config: ImageConfig = { ...undated, created, history: dated(built, created, build) };
  const image = await createImage(store, {
    name: options.name,
    config: options.omitHistory ? withoutHistory(config) : config,
    layers: built.layers.map(({ descriptor }) => descriptor),
    format,
    annotations: annotationsOf(built, { ...options, created }),
  });
  tellBuilt(store, image);
  for (const name of options.otherNames) await tagImage(store, image, name);
  return image;
}

/**
 * The image that a stage stands on, under the names that were asked for, where neither the Dockerfile nor the
 * command line has changed anything of it: as Podman, such a build makes no image.
 */
export async function nameBase(
  { engine: { store }, settings }: Build,
  { base, state, layers, history }: BuiltStage,
  options: ImageOptions,
): Promise<StoredImage | undefined> {
  const image = base.image?.stored;
  if (image === undefined || settings.time !== undefined || layers.length !== base.layers) return undefined;
  if (history.length !== base.history || changesImage(options)) return undefined;
  const { config = {}, author } = image.config;
  if (!isFor(base.config, options.platform)) return undefined;
  if (!isDeepStrictEqual({ ...state.config }, { ...config }) || state.author !== author) return undefined;
  if (!settings.inherits.annotations && image.manifest.annotations !== undefined) return undefined;
  const { name, otherNames } = options;
  const names = name === undefined ? [] : [name, ...otherNames];
  for (const each of names) await tagImage(store, image, each);
  tellBuilt(store, image);
  return { ...image, names: [...new Set([...names, ...image.names])] };
}

/** One event of a build, whatever names it gives: podman-events(1). */
function tellBuilt(store: Store, { id }: StoredImage): void {
  appendEvent(store, imageEvent("build", { id, name: digestHex(id) }));
}

function changesImage(options: ImageOptions): boolean {
  const { labels, annotations, unsetLabels, unsetEnv, unsetAnnotations, osFeatures, osVersion } = options;
  const lists = [unsetLabels, unsetEnv, unsetAnnotations, osFeatures];
  return (
    options.omitHistory ||
    osVersion !== undefined ||
    lists.some((each) => each.length > 0) ||
    [labels, annotations].some((each) => Object.keys(each).length > 0)
  );
}

/** Everything but when it was made. */
function imageConfig(built: BuiltStage, options: ImageOptions): ImageConfig {
  const { state, layers, history, base } = built;
  const { Labels, Env, ...rest } = state.config;
  const unset = new Set(options.unsetLabels);
  const labels = Object.fromEntries(
    Object.entries({ ...Labels, ...options.identity, ...options.labels }).filter(
      ([name]) => !unset.has(name),
    ),
  );
  const env = (Env ?? []).filter((each) => !options.unsetEnv.includes(each.split("=")[0] ?? ""));
  return {
    ...base.config,
    ...(isFor(base.config, options.platform) ? undefined : options.platform),
    ...(options.osVersion !== undefined && { "os.version": options.osVersion }),
    ...(options.osFeatures.length > 0 && { "os.features": osFeatures(base.config, options.osFeatures) }),
    ...(state.author !== undefined && { author: state.author }),
    config: {
      ...rest,
      ...(env.length > 0 && { Env: env }),
      ...(Object.keys(labels).length > 0 && { Labels: labels }),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history,
  };
}

function isFor({ os, architecture }: BuiltStage["base"]["config"], platform: Platform | undefined): boolean {
  return platform === undefined || (platform.os === os && platform.architecture === architecture);
}

/**
 * Settings that stand on the base alone have no date of their own; with a fixed time all new ones get that.
 */
function dated(
  { history, base }: BuiltStage,
  created: string,
  { settings: { time } }: Build,
): ImageHistory[] {
  return history.map((entry, index) => {
    if (time !== undefined && index >= base.history) return { ...entry, created };
    return entry.created === undefined ? { created, ...entry } : entry;
  });
}

function withoutHistory({ history: _, ...config }: ImageConfig): ImageConfig {
  return config;
}

function osFeatures(config: BuiltStage["base"]["config"], asked: readonly string[]): string[] {
  const known = config["os.features"] ?? [];
  const dropped = new Set(asked.filter((each) => each.endsWith("-")).map((each) => each.slice(0, -1)));
  const added = asked.filter((each) => !each.endsWith("-"));
  return [...new Set([...known, ...added])].filter((each) => !dropped.has(each)).sort();
}

function annotationsOf(
  { base }: BuiltStage,
  options: ImageOptions & { readonly created: string },
): Readonly<Record<string, string>> {
  const { image } = base;
  const all = {
    ...base.annotations,
    ...(options.notesCreation && { "org.opencontainers.image.created": options.created }),
    ...(image !== undefined && {
      "org.opencontainers.image.base.digest": image.stored.topDigest,
      "org.opencontainers.image.base.name": image.name,
    }),
    ...options.annotations,
  };
  const unset = new Set(options.unsetAnnotations);
  return Object.fromEntries(Object.entries(all).filter(([name]) => !unset.has(name)));
}
