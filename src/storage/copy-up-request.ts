import type { Digest } from "../oci/digest.ts";

/** How a volume is filled at its first use. */
export interface CopyUp {
  /** The image's layers, base first. */
  readonly chainIds: readonly Digest[];
  /** Absolute path in the container. */
  readonly destination: string;
  readonly nocopy?: boolean;
  /** Who gets the volume where the image has nothing there: the container's user. Default: root. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}
