import { TspodError } from "../../errors.ts";
import type { OpenImages } from "../../image/pull/open-images.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, isDigest } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import { checkShape, flag, list, members, size, text, textThat } from "../../oci/shape.ts";

/*
 * How a cache looks elsewhere: an index with one image manifest for each stage. Its layers are those of the
 * stage, and its config has, beside what every image's has, the keys of the stage's steps. So any registry
 * takes it, and what is known already is not sent.
 */

/** One step in the config of a cache's image. */
export interface CachedStep {
  readonly keys: readonly Digest[];
  /** How many of the layers it stands on. */
  readonly below: number;
  /** Whether the layer that follows these is its own. */
  readonly hasLayer: boolean;
  /** RFC 3339. */
  readonly created: string;
  readonly text: string;
}

const stepShape = members({
  keys: list(textThat(isDigest, "a digest")),
  below: size,
  hasLayer: flag,
  created: text,
  text,
});

/** The name of the member that has the steps. */
const STEPS = "org.tspod.build.steps";

export type CacheConfig = ImageConfig & { readonly [STEPS]: readonly CachedStep[] };

export function cacheConfig(config: ImageConfig, steps: readonly CachedStep[]): CacheConfig {
  return { ...config, [STEPS]: steps };
}

/**
 * The steps of a config that somebody else may have written.
 * @throws {TspodError} If they make no sense.
 */
export function stepsOf(config: unknown, layers: number): CachedStep[] {
  const steps = typeof config === "object" && config !== null && STEPS in config ? config[STEPS] : [];
  if (!Array.isArray(steps)) throw new TspodError("its steps are no list");
  return steps.map((step: unknown) => checkedStep(step, layers));
}

function checkedStep(value: unknown, layers: number): CachedStep {
  const step = checkShape(stepShape, value, "step of a cache");
  if (step.below + (step.hasLayer ? 1 : 0) > layers)
    throw new TspodError("one of its steps stands on more layers than there are");
  return step;
}

/** A stage in a cache: its layers as blobs, base first, with what they unpack to. */
export interface CacheStage {
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly Digest[];
  readonly steps: readonly CachedStep[];
}

/** How blobs of one cache are had. */
export type BlobSource =
  | { readonly kind: "registry"; readonly client: OpenImages["client"] }
  /** Absolute path of an OCI layout. */
  | { readonly kind: "local"; readonly path: string };
