import { readFileSync, renameSync, symlinkSync } from "node:fs";
import { DamagedError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { blobPath, hasBlob, writeBlob } from "../blobs/blobs.ts";
import { linkLayers } from "../layers/link-layers.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory } from "../tmp-directory.ts";
import type { StoredImage } from "./stored-image.ts";

type Adopted = Pick<StoredImage, "id" | "manifestDigest" | "manifest" | "chainIds" | "readOnlyStore">;

/**
 * Bring what an image of another store consists of into ours: its manifest and config, and links to its
 * layers and their blobs. It gets no name here, so the next removal takes all that away which no container
 * and no image refers to by then: the caller has a lease of the content, or does without. Does nothing for an
 * image of ours.
 * @throws {TspodError} If something of it is missing there.
 */
export async function adoptImage(store: Store, image: Adopted): Promise<void> {
  const { readOnlyStore: other, manifest } = image;
  if (other === undefined) return;
  await linkLayers(store, other, image.chainIds);
  for (const digest of [image.manifestDigest, image.id]) copyBlob(store, other, digest);
  for (const layer of manifest.layers)
    if (!hasBlob(store, layer) && hasBlob(other, layer)) linkBlob(store, other, layer.digest);
}

function copyBlob(store: Store, other: Store, digest: Digest): void {
  const path = blobPath(other, digest);
  if (writeBlob(store, readFileSync(path)) !== digest) throw new DamagedError(`"${path}" is damaged`);
}

/** In one step, over a link that leads nowhere. */
function linkBlob(store: Store, other: Store, digest: Digest): void {
  using work = makeTmpDirectory(store, "link");
  const link = `${work.path}/blob`;
  symlinkSync(blobPath(other, digest), link);
  renameSync(link, blobPath(store, digest));
}
