import { InUseError, TspodError } from "../errors.ts";
import { brokenNameRule } from "../options/names.ts";
import {
  readContainerRecord,
  renameContainer as storeName,
} from "../storage/containers/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { containerEvent } from "./start/event.ts";
import type { Container, ContainerPlace } from "./state/list.ts";

/**
 * Give a container another name. Its own is no change.
 * @throws {TspodError} If it is no name.
 * @throws {InUseError} If another container has it.
 */
export async function renameContainer(
  { store }: ContainerPlace,
  { record: { id } }: Container,
  name: string,
): Promise<void> {
  const rule = brokenNameRule(name);
  if (rule !== undefined) throw new TspodError(rule);
  using _lock = await lockContainer(store, id);
  const record = readContainerRecord(store, id);
  if (record.name === name) return;
  try {
    appendEvent(store, containerEvent(await storeName(store, record, name), "rename"));
  } catch (error) {
    if (!(error instanceof InUseError)) throw error;
    throw new InUseError(
      `renaming container ${id}: name ${name} already in use, cannot rename container ${id}: container already exists`,
    );
  }
}
