import { type Digest, digestHex, sha256 } from "../../oci/digest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { type CacheRecord, findCached, saveCached } from "../../storage/build-cache/cache-records.ts";
import { readLayer } from "../../storage/layers/layers.ts";
import type { Step } from "../plan/step.ts";
import type { Build, ImageLayer } from "./build.ts";
import type { StepContext } from "./do-step.ts";
import type { StageReport } from "./report.ts";
import type { StepKeys } from "./step-keys.ts";

export interface TakenLayer {
  readonly layer: ImageLayer | undefined;
  /** RFC 3339. */
  readonly created: string;
  readonly isCached: boolean;
}

interface Kept {
  readonly step: Step;
  readonly context: StepContext;
  readonly keys: readonly (Digest | undefined)[];
  readonly record: CacheRecord;
}

/** For a `--cache-to`. */
export function keepForOthers(build: Build, { step, context, keys, record }: Kept): void {
  build.keptSteps.note(context.index, {
    keys: keys.filter((key) => key !== undefined),
    below: context.layers.length,
    hasLayer: record.chainId !== undefined,
    created: record.created,
    text: step.text,
  });
}

/** By the identity of what it takes, or by its content. */
export async function findStep(build: Build, { first, second }: StepKeys): Promise<CacheRecord | undefined> {
  const { store } = build.engine;
  const { cacheTtlMs } = build.settings;
  const found = findCached(store, first, cacheTtlMs);
  if (found !== undefined) return found;
  const other = await second();
  const sameContent = other === undefined ? undefined : findCached(store, other, cacheTtlMs);
  if (sameContent !== undefined) saveCached(store, [first], sameContent);
  return sameContent ?? (await findImported(build, [first, other]));
}

/** In a cache of another machine: from then on the step is in this machine's cache, too. */
async function findImported(
  { imported, engine: { store } }: Build,
  keys: readonly (Digest | undefined)[],
): Promise<CacheRecord | undefined> {
  for (const key of keys) {
    const found = key && (await imported?.find(store, key));
    if (found === undefined) continue;
    saveCached(
      store,
      keys.filter((each) => each !== undefined),
      found,
    );
    return found;
  }
  return undefined;
}

/** What a step was before. */
export function reuse(build: Build, record: CacheRecord, report: StageReport): TakenLayer {
  const { chainId, diffId, size, created } = record;
  report.cached(digestHex(chainId ?? record.below.at(-1) ?? sha256("")));
  const isCached = true;
  if (chainId === undefined || diffId === undefined) return { layer: undefined, created, isCached };
  build.workshop.show(chainId);
  const bytes = size ?? readLayer(build.engine.store, chainId).size;
  const descriptor = record.blob ?? { mediaType: mediaType.ociLayer, digest: diffId, size: bytes };
  return { layer: { chainId, diffId, descriptor, committed: Promise.resolve() }, created, isCached };
}
