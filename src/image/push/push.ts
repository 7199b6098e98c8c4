import type { Digest } from "../../oci/digest.ts";
import type { Reference } from "../../oci/reference.ts";
import type { Store } from "../../storage/store.ts";
import type { PushOptions, PushSource } from "./push-options.ts";

/**
 * Push an image, or an index and its images, to a registry. What is there already is not sent; what another
 * repository of the registry has is taken from there. Where nothing is to be changed, every byte stays what
 * it is. Repeatable.
 * @param destination with a tag or a digest
 * @returns the digest of what was stored
 * @throws {TspodError} If it can't be done: one line that says why.
 */
export async function pushToRegistry(
  store: Store,
  source: PushSource,
  { destination, ...options }: PushOptions & { readonly destination: Reference },
): Promise<Digest> {
  // The registry client, HTTP and schemas.
  const { pushSource } = await import("./push-to-registry.ts");
  return pushSource(store, source, destination, options);
}
