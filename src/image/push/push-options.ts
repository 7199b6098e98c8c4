import type { ManifestKind } from "../../oci/convert-manifest.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RegistryOptions } from "../../registry/registry-options.ts";
import type { PushCompression } from "../../storage/layers/recompressed-layer.ts";
import type { PullProgress } from "../pull/pull-progress.ts";

/** What is pushed: the manifest of an image, or an index; its blob and all it names are in the store. */
export type PushSource = Pick<Descriptor, "mediaType" | "digest">;

export interface PushOptions extends RegistryOptions {
  /** Whose media types the manifest gets; default: as it is stored. */
  readonly format?: ManifestKind;
  /** How layers are compressed; default: as they are stored, and gzip for plain ones. */
  readonly compression?: PushCompression;
  /** Of layers that are compressed for this push; absent: the compressor's own. */
  readonly compressionLevel?: number;
  /** Of a list: its images in these compressions, too, where it has none of the same platform. */
  readonly addCompression?: readonly PushCompression[];
  /** Which manifests of an index are pushed with it. By default all of them, which must be here then. */
  readonly instances?: readonly Digest[];
  /** Default: silence. */
  readonly progress?: PullProgress;
  readonly signal?: AbortSignal;
}
