import { messageChain, TspodError } from "../errors.ts";
import type { ContainerRecord } from "../options/container-record.ts";
import { listContainerIds, readContainerRecord } from "../storage/containers/container-directory.ts";
import { removeContainer } from "./remove.ts";
import { removeDamagedContainer } from "./remove-damaged.ts";
import { type ContainerPlace, withState } from "./state/list.ts";

/**
 * Stop and remove every container, with its anonymous volumes; one whose record can't be read as well, where
 * it does not run.
 * @returns what kept some of them, a line each
 */
export async function removeAllContainers(
  place: ContainerPlace,
  { warn }: { readonly warn: (line: string) => void },
): Promise<string[]> {
  const errors: string[] = [];
  const unlessRefused = async (remove: () => Promise<void>): Promise<void> => {
    try {
      await remove();
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      errors.push(messageChain(error));
    }
  };
  const { sound, damaged } = readRecords(place);
  for (const record of sound) await unlessRefused(() => removeSound(place, record, { warn }));
  for (const id of damaged) await unlessRefused(() => removeDamagedContainer(place, id));
  return errors;
}

/** The newest first: what another depends on is older. */
function readRecords({ store }: ContainerPlace): { sound: ContainerRecord[]; damaged: string[] } {
  const sound: ContainerRecord[] = [];
  const damaged: string[] = [];
  for (const id of listContainerIds(store)) {
    try {
      sound.push(readContainerRecord(store, id));
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      damaged.push(id);
    }
  }
  return { sound: sound.sort((a, b) => (a.created < b.created ? 1 : -1)), damaged };
}

async function removeSound(
  place: ContainerPlace,
  record: ContainerRecord,
  { warn }: { readonly warn: (line: string) => void },
): Promise<void> {
  const timeout = record.options.process.stopTimeout;
  await removeContainer(place, withState(place, record), {
    force: true,
    volumes: true,
    timeout,
    withPod: true,
    warn,
  });
}
