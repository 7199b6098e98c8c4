import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { RegistryOptions } from "../../image/pull/pull-options.ts";
import { pushToRegistry } from "../../image/push/push.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { parseReference, withDefaultTag } from "../../oci/reference.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { readManifest } from "../../storage/blobs/blob-json.ts";
import { blobPath, writeBlob } from "../../storage/blobs/blobs.ts";
import { streamLayerBlob } from "../../storage/layers/layer-blob.ts";
import type { Store } from "../../storage/store.ts";
import type { Build, BuiltStage } from "../run/build.ts";
import { type CachedStep, cacheConfig } from "./cache-image.ts";
import type { CacheTarget } from "./cache-place.ts";

/**
 * Write the steps of a build where another machine can take them from.
 * @throws {TspodError} If it can't be written.
 */
export async function exportCache(
  build: Build,
  { place, mode }: CacheTarget,
  registry: RegistryOptions,
): Promise<void> {
  const { store } = build.engine;
  const stages = await stagesOf(build, mode);
  const manifests = stages.map((stage) => writeStage(store, stage));
  const text = JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests });
  if (place.kind === "local") return await writeLayout(store, place.path, { stages, manifests });
  const digest = writeBlob(store, text);
  await pushToRegistry(
    store,
    { mediaType: mediaType.ociIndex, digest },
    {
      ...registry,
      signal: build.settings.signal,
      destination: withDefaultTag(parseReference(place.name)),
    },
  );
}

interface ExportedStage {
  readonly built: BuiltStage;
  readonly steps: readonly CachedStep[];
}

/** With mode min those whose layers all belong to the image; in any case only such that have steps. */
async function stagesOf(build: Build, mode: CacheTarget["mode"]): Promise<ExportedStage[]> {
  const target = await build.stage(build.graph.target.index);
  const ofTarget = new Set<Digest>(target.layers.map(({ chainId }) => chainId));
  const all = await Promise.all(
    build.graph.stages.map(async ({ stage: { index } }) => ({
      built: await build.stage(index),
      steps: build.keptSteps.of(index),
    })),
  );
  return all.filter(
    ({ built, steps }) =>
      steps.length > 0 && (mode === "max" || built.layers.every(({ chainId }) => ofTarget.has(chainId))),
  );
}

/** @returns the entry of its manifest, which is in the store now, without a name */
function writeStage(store: Store, { built, steps }: ExportedStage): Descriptor {
  const { os = "linux", architecture = "amd64" } = built.base.config;
  const config = JSON.stringify(
    cacheConfig(
      { os, architecture, rootfs: { type: "layers", diff_ids: built.layers.map(({ diffId }) => diffId) } },
      steps,
    ),
  );
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: {
      mediaType: mediaType.ociConfig,
      digest: writeBlob(store, config),
      size: Buffer.byteLength(config),
    },
    layers: built.layers.map(({ descriptor: { mediaType: type, digest, size } }) => ({
      mediaType: type,
      digest,
      size,
    })),
  });
  return {
    mediaType: mediaType.ociManifest,
    digest: writeBlob(store, manifest),
    size: Buffer.byteLength(manifest),
  };
}

/** An OCI layout, over one that is there: its index is written last. @param path absolute */
async function writeLayout(
  store: Store,
  path: string,
  { stages, manifests }: { stages: readonly ExportedStage[]; manifests: readonly Descriptor[] },
): Promise<void> {
  const blobs = join(path, "blobs", "sha256");
  try {
    mkdirSync(blobs, { recursive: true });
    for (const layer of stages.flatMap(({ built }) => built.layers)) {
      await writeOnce(
        join(blobs, digestHex(layer.descriptor.digest)),
        streamLayerBlob(store, layer.descriptor.digest),
      );
    }
    for (const { digest } of [...manifests, ...manifests.map((each) => configOf(store, each))]) {
      copyOnce(blobPath(store, digest), join(blobs, digestHex(digest)));
    }
    writeFileAtomic(join(path, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}', { mode: 0o644 });
    const index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests };
    writeFileAtomic(join(path, "index.json"), JSON.stringify(index), { mode: 0o644 });
  } catch (cause) {
    throw new TspodError(`writing the cache to "${path}"`, { cause });
  }
}

function configOf(store: Store, manifest: Descriptor): Descriptor {
  return readManifest(store, manifest.digest).config;
}

async function writeOnce(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  if (existsSync(path)) return;
  const beside = `${path}.${process.pid}.tmp`;
  const fd = openSync(beside, "w", 0o644);
  try {
    for await (const chunk of bytes) writeSync(fd, chunk);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(beside, path);
}

function copyOnce(from: string, to: string): void {
  if (existsSync(to)) return;
  copyFileSync(from, `${to}.${process.pid}.tmp`);
  renameSync(`${to}.${process.pid}.tmp`, to);
}
