import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import type { Descriptor } from "../../oci/descriptor.ts";
import { blobPath, streamBlob } from "../../storage/blobs/blobs.ts";
import type { Store } from "../../storage/store.ts";

/**
 * Says what is wrong with a blob; undefined: nothing is.
 * @param quick look at its size only
 */
export async function checkBlob(
  store: Store,
  { digest, size }: Pick<Descriptor, "digest" | "size">,
  { quick, signal }: { quick: boolean; signal: AbortSignal },
): Promise<string | undefined> {
  const found = statSync(blobPath(store, digest), { throwIfNoEntry: false })?.size;
  if (found === undefined) return "is missing";
  if (found !== size) return `has ${found} bytes instead of ${size}`;
  if (quick) return undefined;
  const hash = createHash("sha256");
  for await (const chunk of streamBlob(store, digest)) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return `sha256:${hash.digest("hex")}` === digest ? undefined : "has other content";
}
