import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { type IdMaps, ownerOnHost } from "../../oci/id-maps.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import type { Store } from "../store.ts";
import { makeTmpDirectory } from "../tmp-directory.ts";
import { mergeInto } from "../tree/copy-tree.ts";
import { flushFileSystem } from "../tree/flush-file-system.ts";
import { layerFiles, mappedLayerPath } from "./layer-record.ts";

/**
 * Path of a copy of the layer, chowned for these id maps; made at the first use. The kernel lets only the
 * owner of a file system map the ids of a mount, and a user without rights is none.
 * @returns absolute path of its files
 * @throws {TspodError} If the user has too few subordinate ids.
 */
export async function mappedLayer(store: Store, chainId: Digest, maps: IdMaps): Promise<string> {
  const place = mappedLayerPath(store, chainId, maps);
  if (existsSync(place)) return place;
  const lockPath = join(store.locks, "layers", `${digestHex(chainId)}.lock`);
  using _lock = await acquireLock(lockPath);
  using undo = new DisposableStack();
  undo.defer(() => rmSync(lockPath, { force: true })); // as in unpack-layer.ts
  if (existsSync(place)) return place;
  using work = makeTmpDirectory(store, "maps");
  const files = join(work.path, "fs");
  mkdirSync(files);
  const dirFd = undo.adopt(openSync(layerFiles(store, chainId), "r"), closeSync);
  mergeInto({ dirFd, name: "." }, files, { layer: true, owner: (owner) => ownerOnHost(maps, owner) });
  await flushFileSystem(files);
  makeDirectories(dirname(place), 0o700);
  renameSync(files, place);
  return place;
}
