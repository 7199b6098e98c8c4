import type { Descriptor } from "../../oci/descriptor.ts";
import type { Store } from "../store.ts";
import type { PartialBlob } from "./blob-file.ts";

export { blobPath, hasBlob, type PartialBlob, readBlobText, streamBlob, writeBlob } from "./blob-file.ts";

/**
 * Open a blob to fetch it, resuming what an earlier try left. One at a time: waits while another process
 * fetches the same one, and gives undefined if the blob is there then.
 */
export async function openPartialBlob(
  store: Store,
  descriptor: Pick<Descriptor, "digest" | "size">,
): Promise<PartialBlob | undefined> {
  const partial = await import("./partial-blob.ts"); // node:crypto: not for a command whose image is here
  return partial.openPartialBlob(store, descriptor);
}
