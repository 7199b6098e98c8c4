import { type Digest, digestHex } from "../../oci/digest.ts";
import type { Store } from "../../storage/store.ts";
import { digestFile } from "./digest-file.ts";

/**
 * What a COPY has put into its layer: SHA-256 in hex of the content of each file without xattrs, by its path
 * from the layer's root. A file of the same path and digest is in the next layer of this instruction without
 * being read.
 */
export interface CopiedFiles {
  note(path: string, digest: string): void;
  /** A file that nothing is known of. */
  forget(path: string): void;
  /** Keep it for the next build. @param chainId of the layer that the files are in */
  save(chainId: Digest): void;
}

/** Stands before the layer's own name in the file; no path from the root begins with a slash. */
const LAYER = "/layer";

/** @param lineage of the instruction: copyLineage() */
export function newCopiedFiles(store: Store, lineage: Digest): CopiedFiles {
  const files = new Map<string, string>();
  return {
    note(path, digest) {
      // One line each: such a file is read again the next time.
      if (!path.includes("\n")) files.set(path, digest);
    },
    forget: (path) => void files.delete(path),
    save(chainId) {
      if (files.size > 0) digestFile(store, nameOf(lineage)).write([[LAYER, digestHex(chainId)], ...files]);
    },
  };
}

/**
 * What such an instruction has put into its layer before.
 * @returns undefined where that is not known, or was another layer
 */
export function readCopiedFiles(
  store: Store,
  lineage: Digest,
  chainId: Digest,
): ReadonlyMap<string, string> | undefined {
  const files = digestFile(store, nameOf(lineage)).read();
  return files.get(LAYER) === digestHex(chainId) ? files : undefined;
}

function nameOf(lineage: Digest): string {
  return `copied without xattrs ${lineage}`;
}
