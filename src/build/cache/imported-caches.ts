import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageChain, TspodError } from "../../errors.ts";
import { openImages } from "../../image/pull/open-images.ts";
import type { RegistryOptions } from "../../image/pull/pull-options.ts";
import { chainIds } from "../../oci/chain-id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex, sha256 } from "../../oci/digest.ts";
import { parseConfigOf } from "../../oci/parse-image-config.ts";
import { parseAnyManifest, parseIndex } from "../../oci/parse-manifest.ts";
import type { CacheRecord } from "../../storage/build-cache/cache-records.ts";
import type { Store } from "../../storage/store.ts";
import { type BlobSource, type CacheStage, stepsOf } from "./cache-image.ts";
import type { CachePlace } from "./cache-place.ts";
import { fetchChain } from "./fetch-chain.ts";

/** Steps that other machines have done. */
export interface ImportedCaches extends AsyncDisposable {
  /** Whether there is any. */
  readonly isEmpty: boolean;
  /**
   * The result of a step of that key, whose layers are fetched now, as far as they are not here.
   * @returns undefined where no cache has it, or its layers can't be had
   */
  find(store: Store, key: Digest): Promise<CacheRecord | undefined>;
}

interface OpenCache {
  readonly source: BlobSource;
  readonly stages: readonly CacheStage[];
}

export interface ImportOptions extends RegistryOptions {
  readonly signal: AbortSignal;
  /** Told of each cache that can't be used: the build goes on without it. */
  readonly warn: (line: string) => void;
}

/** Read what the caches of `--cache-from` have; nothing of their layers. */
export async function openCaches(
  places: readonly CachePlace[],
  options: ImportOptions,
): Promise<ImportedCaches> {
  const undo = new AsyncDisposableStack();
  const caches: OpenCache[] = [];
  for (const place of places) {
    const name = place.kind === "local" ? place.path : place.name;
    try {
      caches.push(
        place.kind === "local" ? openLayout(place.path) : await openRemote(place.name, options, undo),
      );
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof TspodError) && !(error instanceof SyntaxError) && !isSystemError(error))
        throw error;
      options.warn(`WARN[0000] the cache "${name}" is not used: ${messageChain(error)}`);
    }
  }
  const steps = new Map(
    caches.flatMap(({ source, stages }) =>
      stages.flatMap((stage) =>
        stage.steps.flatMap((step) => step.keys.map((key) => [key, { source, stage, step }] as const)),
      ),
    ),
  );
  return {
    isEmpty: steps.size === 0,
    async find(store, key) {
      const found = steps.get(key);
      if (found === undefined) return undefined;
      try {
        return await fetchStep(store, found, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (!(error instanceof TspodError)) throw error;
        options.warn(`WARN[0000] a cached step is not used: ${messageChain(error)}`);
        return undefined;
      }
    },
    [Symbol.asyncDispose]: () => undo.disposeAsync(),
  };
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}

interface FoundStep {
  readonly source: BlobSource;
  readonly stage: CacheStage;
  readonly step: CacheStage["steps"][number];
}

async function fetchStep(
  store: Store,
  { source, stage, step }: FoundStep,
  options: ImportOptions,
): Promise<CacheRecord> {
  const { below, hasLayer, created, text } = step;
  const count = below + (hasLayer ? 1 : 0);
  const chain = chainIds(stage.diffIds);
  await fetchChain(store, { layers: stage.layers.slice(0, count), diffIds: stage.diffIds, source }, options);
  const [chainId, diffId, blob] = [chain[below], stage.diffIds[below], stage.layers[below]];
  const record = { schemaVersion: 1, below: chain.slice(0, below), created, text } as const;
  if (!hasLayer || chainId === undefined || diffId === undefined || blob === undefined) return record;
  const { mediaType, digest, size } = blob;
  return { ...record, chainId, diffId, size, blob: { mediaType, digest, size } };
}

/** @throws {TspodError} If a digest is not that of its blob. */
function openLayout(path: string): OpenCache {
  const index = parseIndex(readFileSync(join(path, "index.json")));
  const read = ({ digest }: Descriptor): Buffer => {
    const content = readFileSync(join(path, "blobs", "sha256", digestHex(digest)));
    return checked(content, digest);
  };
  const stages = index.manifests.map((entry) => {
    const { config, layers } = parseAnyManifest(read(entry));
    return stageOf(read(config).toString(), layers);
  });
  return { source: { kind: "local", path }, stages };
}

function checked(content: Buffer, digest: Digest): Buffer {
  if (sha256(content) !== digest) throw new TspodError(`blob "${digest}" is damaged`);
  return content;
}

/** The client stays open until `undo` is disposed of. */
async function openRemote(
  name: string,
  options: ImportOptions,
  undo: AsyncDisposableStack,
): Promise<OpenCache> {
  const { client, images } = undo.use(await openImages(name, options));
  const stages = images.map(({ manifest, config }) => stageOf(config, manifest.layers));
  return { source: { kind: "registry", client }, stages };
}

function stageOf(text: string, layers: readonly Descriptor[]): CacheStage {
  const { rootfs } = parseConfigOf(text, layers.length);
  return { layers, diffIds: rootfs.diff_ids, steps: stepsOf(JSON.parse(text), layers.length) };
}
