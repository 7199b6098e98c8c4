import type { Readable } from "node:stream";
import type { Store } from "./store.ts";

export interface LoadedImage {
  /** Full references, or `sha256:<id>` where the archive names none: what `Loaded image: ` prints. */
  readonly names: readonly string[];
  readonly id: string;
}

/**
 * Load the images of a docker-archive or oci-archive (compressed as a whole or not).
 * @param source absolute path, or a stream (spooled into the store's tmp)
 * @throws {TspodError} If it is neither, or damaged.
 */
export async function loadArchive(store: Store, source: string | Readable): Promise<LoadedImage[]> {
  throw new Error(`${store} ${source}`);
}
