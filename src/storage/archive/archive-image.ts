import type { Descriptor } from "../../oci/descriptor.ts";
import type { ArchiveFile } from "./tar-index.ts";

/** An image found in an archive: nothing of it is in the store yet. */
export interface ArchiveImage {
  /** As the archive says them, not normalised. */
  readonly names: readonly string[];
  /** Exact bytes of the manifest. */
  readonly manifest: string;
  readonly manifestType: string;
  /** Exact bytes of the config. */
  readonly config: string;
  /** Base first, with where the bytes are. */
  readonly layers: readonly {
    readonly descriptor: Pick<Descriptor, "digest" | "size">;
    readonly file: ArchiveFile;
  }[];
}
