import type { ManifestKind } from "../../oci/convert-manifest.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Reference } from "../../oci/reference.ts";
import type { RegistryOptions } from "../../registry/registry-options.ts";
import type { Store } from "../../storage/store.ts";
import type { PullProgress } from "../pull/pull-progress.ts";

/** What is pushed: the manifest of an image, or an index; its blob and all it names are in the store. */
export type PushSource = Pick<Descriptor, "mediaType" | "digest">;

export interface PushOptions extends RegistryOptions {
  /** Whose media types the manifest gets; default: as it is stored. */
  readonly format?: ManifestKind;
  /** How layers are compressed; default: as they are stored, and gzip for plain ones. */
  readonly compression?: "gzip" | "zstd";
  /** Of an index: which of its manifests are pushed with it; default all, which must be here then. */
  readonly instances?: readonly Digest[];
  /** Default: silence. */
  readonly progress?: PullProgress;
  readonly signal?: AbortSignal;
}

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
