import type { Store } from "../store.ts";
import { hasLayer, type LayerRecord, readLayer } from "./layer-record.ts";
import type { UnpackRequest } from "./unpack-request.ts";

export {
  hasLayer,
  type LayerRecord,
  layerFiles,
  layerPath,
  readLayer,
  soundLayer,
} from "./layer-record.ts";

/**
 * Unpack one layer, verify its diffID, make it visible. Already there is success. Two processes that unpack
 * the same layer wait for each other. All of it is on the disk before it is visible, so that a power cut
 * leaves whole layers only.
 * @throws {TspodError} If the tar is hostile or damaged, or the diffID another.
 */
export async function unpackLayer(store: Store, request: UnpackRequest): Promise<LayerRecord> {
  if (hasLayer(store, request.chainId)) return readLayer(store, request.chainId);
  // zlib, crypto, tar: not for a command whose image is here
  const unpack = await import("./unpack-layer.ts");
  return unpack.unpackLayer(store, request);
}
