import { TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Store } from "../store.ts";
import { readBlobText } from "./blobs.ts";

/**
 * A manifest, an index or a config that was checked when it came here.
 * @throws {NotFoundError} If it is not here.
 * @throws {TspodError} If it was damaged since.
 */
export function readBlobJson<T>(store: Store, digest: Digest): T {
  const text = readBlobText(store, digest);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new TspodError(`blob "${digest}" is damaged: use \`tspod system check --repair\``);
  }
}
