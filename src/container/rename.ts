import { InUseError, TspodError } from "../errors.ts";
import { brokenNameRule, withoutSlash } from "../options/names.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import {
  readContainerRecord,
  renameContainer as storeName,
} from "../storage/containers/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { containerEvent } from "./start/event.ts";
import type { Container, ContainerPlace } from "./state/list.ts";
import { containerPaths } from "./state/paths.ts";

/**
 * Give a container another name. Its own is no change.
 * @throws {TspodError} If it is no name.
 * @throws {InUseError} If another container has it.
 */
export async function renameContainer(
  { store, runtimeDirectory }: ContainerPlace,
  { record: { id } }: Container,
  asked: string,
): Promise<void> {
  const name = withoutSlash(asked);
  const rule = brokenNameRule(name);
  if (rule !== undefined) throw new TspodError(rule);
  using _lock = await lockContainer(store, id);
  const record = readContainerRecord(store, id);
  if (record.name === name) return;
  try {
    const renamed = await storeName(store, record, name);
    // For its monitor, whose plan has the old name.
    writeFileAtomic(containerPaths(store, runtimeDirectory, id).newName, name);
    appendEvent(store, containerEvent(renamed, "rename"));
  } catch (error) {
    if (!(error instanceof InUseError)) throw error;
    throw new InUseError(
      `renaming container ${id}: name ${name} already in use, cannot rename container ${id}: container already exists`,
    );
  }
}
