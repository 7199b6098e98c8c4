import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { chainIds } from "../oci/chain-id.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestHex, sha256 } from "../oci/digest.ts";
import type { ImageConfig, ImageProcessConfig } from "../oci/image-config.ts";
import type { Manifest } from "../oci/manifest.ts";
import { mediaType } from "../oci/media-type.ts";
import { writeBlob } from "./blobs.ts";
import { unpackLayer } from "./layers.ts";
import { openStore, type Store } from "./store.ts";
import { type BuiltEntry, buildTar } from "./unpack/build-tar.ts";

/** For tests: an image whose layers are plain tars, nothing of it stored. */
export interface BuiltImage {
  readonly manifest: string;
  readonly descriptor: Descriptor;
  readonly config: string;
  readonly tars: readonly Buffer[];
  readonly diffIds: readonly Digest[];
  readonly chain: readonly Digest[];
}

/** For tests: an empty store that goes away with the test. */
export function tmpStore(context: TestContext): Store {
  return openStore(join(tmpDirectory(context), "store"));
}

/** For tests: absolute path of an empty directory that goes away with the test. */
export function tmpDirectory(context: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "tspod-storage-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** For tests: an image of these layers, base first. */
export function buildImage(
  layers: readonly (readonly BuiltEntry[])[],
  process: ImageProcessConfig = {},
): BuiltImage {
  const tars = layers.map(buildTar);
  const diffIds = tars.map((tar) => sha256(tar));
  const config: ImageConfig = {
    created: "2024-01-02T03:04:05Z",
    architecture: "amd64",
    os: "linux",
    config: process,
    rootfs: { type: "layers", diff_ids: diffIds },
  };
  const configText = JSON.stringify(config);
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: describe(mediaType.ociConfig, configText),
    layers: tars.map((tar) => describe(mediaType.ociLayer, tar)),
  };
  const text = JSON.stringify(manifest);
  return {
    manifest: text,
    descriptor: describe(mediaType.ociManifest, text),
    config: configText,
    tars,
    diffIds,
    chain: chainIds(diffIds),
  };
}

function describe(type: string, content: string | Buffer): Descriptor {
  return { mediaType: type, digest: sha256(content), size: Buffer.byteLength(content) };
}

/** For tests: put an image's blobs and unpacked layers into a store, without a name. */
export async function storeContent(store: Store, image: BuiltImage): Promise<void> {
  storeBlobs(store, image);
  for (const [index, tar] of image.tars.entries()) {
    const [chainId, diffId] = [image.chain[index], image.diffIds[index]];
    if (chainId === undefined || diffId === undefined) throw new Error("unequal lists");
    await unpackLayer(store, { chainId, diffId, below: image.chain.slice(0, index), source: once(tar) });
  }
}

/** For tests: the same with layers that have records only, for who may not unpack any. */
export function storeContentUnpacked(store: Store, image: BuiltImage): void {
  storeBlobs(store, image);
  for (const [index, chainId] of image.chain.entries()) {
    const record = {
      schemaVersion: 1,
      chainId,
      below: image.chain.slice(0, index),
      diffId: image.diffIds[index],
      size: image.tars[index]?.length ?? 0,
    };
    const directory = join(store.layers, digestHex(chainId));
    mkdirSync(join(directory, "fs"), { recursive: true });
    writeFileSync(join(directory, "layer.json"), JSON.stringify(record));
  }
}

function storeBlobs(store: Store, { manifest, config, tars }: BuiltImage): void {
  for (const blob of [manifest, config, ...tars]) writeBlob(store, blob);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
