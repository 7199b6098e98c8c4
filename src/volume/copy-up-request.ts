import type { Owner } from "../oci/id-maps.ts";

/** How a volume is filled at its first use. */
export interface CopyUp {
  /** Absolute paths of the files of the image's layers, topmost first. */
  readonly lowers: () => Promise<readonly string[]>;
  /** Absolute path in the container. */
  readonly destination: string;
  readonly nocopy?: boolean;
  /** Who gets the volume where the image has nothing there: the container's user. Default: root. */
  readonly owner?: () => Owner;
  /** Whether the volume's own owner and mode stay. */
  readonly keepsOwner?: boolean;
}
