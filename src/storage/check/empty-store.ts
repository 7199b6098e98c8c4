import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InUseError } from "../../errors.ts";
import { writeIndex } from "../images/image-layout.ts";
import { deleteUnreferenced } from "../images/unreferenced.ts";
import { lockStorage } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import { sweepTmp } from "../tmp-directory.ts";
import { removeTree } from "../tree/remove-tree.ts";
import { removeVolume } from "../volumes/volumes.ts";

/**
 * Delete what is in a store without containers: images, volumes, secrets, what downloads have left, events.
 * What a pull is adding meanwhile stays, and so does what else somebody has put beside it. No record is read,
 * so that damaged ones go, too. Whoever is killed half way calls it again.
 * @throws {InUseError} If there is a container.
 */
export async function emptyStore(store: Store): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  const [made] = readdirSync(store.containers);
  if (made !== undefined) throw new InUseError(`container ${made} has been made meanwhile: try again`);
  for (const name of readdirSync(store.volumes)) removeVolume(store, name);
  writeIndex(store, []);
  deleteUnreferenced(store);
  for (const name of readdirSync(store.names)) removeTree(join(store.names, name));
  removeTree(store.secrets);
  rmSync(store.events, { force: true });
  sweepTmp(store, { partialKept: 0 });
}
