import { existsSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { DamagedError, TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseDigest } from "../../oci/digest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { parseAnyManifest } from "../../oci/parse-manifest.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { artifactLayout, hasArtifactLayout } from "../../storage/artifacts/artifact-layout.ts";
import { blobPath, readBlobText } from "../../storage/blobs/blobs.ts";
import { nameOf, readIndex, writeIndex } from "../../storage/images/image-layout.ts";
import { lockStorage } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { removeTree } from "../../storage/tree/remove-tree.ts";
import { checkBlob } from "./check-blob.ts";
import type { CheckOptions } from "./check-options.ts";

/** Bytes; containers/image takes no larger manifests. */
const MANIFEST_MAX = 4 * 1024 * 1024;

/**
 * Look at the blobs of all artifacts, and tell what is damaged. A repair deletes damaged blobs and the names
 * of artifacts that can't be read any more; where the index can't be read it is made of the manifests, whose
 * names are lost then.
 * @returns how many blobs were looked at
 */
export async function checkArtifacts(store: Store, options: CheckOptions): Promise<number> {
  if (!hasArtifactLayout(store)) return 0;
  const layout = artifactLayout(store);
  const entries = await indexOf(store, options);
  const seen = new Set<string>();
  const lost = new Set<Descriptor>();
  for (const entry of entries) {
    const blobs = [entry, ...(blobsOf(layout, entry) ?? [])];
    for (const blob of blobs) {
      if (seen.has(blob.digest)) continue;
      seen.add(blob.digest);
      if (!(await checkOne(layout, blob, { ...options, owner: nameOf(entry) ?? entry.digest })))
        if (blob === entry) lost.add(entry);
    }
  }
  if (options.repair && lost.size > 0) await forget(store, lost);
  return seen.size;
}

/** Undefined where the manifest can't be read: the look at its blob tells why. */
function blobsOf(layout: Store, entry: Descriptor): Descriptor[] | undefined {
  try {
    const { config, layers } = parseAnyManifest(readBlobText(layout, entry.digest));
    return [config, ...layers];
  } catch (error) {
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}

/** @returns whether it is well */
async function checkOne(
  layout: Store,
  blob: Descriptor,
  { owner, quick, repair, signal, report }: CheckOptions & { readonly owner: string },
): Promise<boolean> {
  signal.throwIfAborted();
  const problem = await checkBlob(layout, blob, { quick, signal });
  if (problem === undefined) return true;
  if (repair) removeTree(blobPath(layout, blob.digest));
  const advice = "pull or add the artifact again";
  report({ text: `artifact ${owner}: blob ${blob.digest} ${problem}: ${advice}`, repaired: false });
  return false;
}

async function forget(store: Store, lost: ReadonlySet<Descriptor>): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  const digests = new Set([...lost].map(({ digest }) => digest));
  const layout = artifactLayout(store);
  writeIndex(
    layout,
    readIndex(layout).filter(({ digest }) => !digests.has(digest)),
  );
}

async function indexOf(store: Store, { repair, report }: CheckOptions): Promise<readonly Descriptor[]> {
  const layout = artifactLayout(store);
  try {
    return readIndex(layout);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
  }
  const path = join(layout.images, "index.json");
  if (!repair) {
    report({ text: `"${path}" is damaged: use --repair`, repaired: false });
    return [];
  }
  using _lock = await lockStorage(store, "exclusive");
  const found = manifestsIn(layout);
  renameSync(path, `${path}.damaged`);
  writeIndex(layout, found);
  report({
    text: `"${path}" is damaged: made anew of ${found.length} manifests, without names`,
    repaired: true,
  });
  return found;
}

function manifestsIn(layout: Store): Descriptor[] {
  const directory = join(layout.images, "blobs", "sha256");
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    const { size } = statSync(path);
    if (!/^[0-9a-f]{64}$/.test(name) || size > MANIFEST_MAX || !isManifest(path)) return [];
    return [{ mediaType: mediaType.ociManifest, digest: parseDigest(`sha256:${name}`), size }];
  });
}

function isManifest(path: string): boolean {
  try {
    parseAnyManifest(readSmallText(path));
    return true;
  } catch (error) {
    if (error instanceof TspodError) return false;
    throw error;
  }
}
