import { rmSync } from "node:fs";
import { join } from "node:path";
import { InUseError } from "../../errors.ts";
import { removeAllSecrets } from "../../secret/secrets.ts";
import { removeAllArtifacts } from "../../storage/artifacts/artifacts.ts";
import { listContainerIds } from "../../storage/containers/container-directory.ts";
import { removeAllNames } from "../../storage/containers/container-names.ts";
import { writeIndex } from "../../storage/images/image-layout.ts";
import { deleteUnreferenced } from "../../storage/images/unreferenced.ts";
import { listPodIds, podPath } from "../../storage/pods/pod-directory.ts";
import { lockStorage } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";
import { moveToTrash, sweepTmp } from "../../storage/tmp-directory.ts";
import { listVolumeNames, removeVolume } from "../../volume/volumes.ts";
import { removeMade } from "./remove-made.ts";

/**
 * Delete what is in a store without containers: images, volumes, networks, pods, secrets, what builds keep,
 * what downloads have left, events. What a pull is adding meanwhile stays, and so does what else somebody has
 * put beside it, which is said. No record is read, so that damaged ones go, too. Whoever is killed half way
 * calls it again.
 * @throws {InUseError} If there is a container.
 */
export async function emptyStore(store: Store): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  const [made] = listContainerIds(store);
  if (made !== undefined) throw new InUseError(`container ${made} has been made meanwhile: try again`);
  for (const name of listVolumeNames(store)) removeVolume(store, name);
  // Before what it refers to: layers that a build keeps are needed as long as its records are there.
  const strangers = removeMade(store);
  writeIndex(store, []);
  deleteUnreferenced(store);
  removeAllArtifacts(store);
  for (const id of listPodIds(store)) moveToTrash(store, podPath(store, id));
  removeAllNames(store);
  removeAllSecrets(store);
  for (const path of strangers) store.warn(`"${join(store.root, path)}" stays: tspod gives no such name`);
  rmSync(`${store.root}/events.jsonl`, { force: true });
  sweepTmp(store, { partialKept: 0 });
}
