import { messageChain, TspodError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { overwriteText } from "../../os/files/overwrite-text.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { readContainerRecord } from "../../storage/containers/container-directory.ts";
import { memberIds } from "../../storage/pods/pod-directory.ts";
import { isBeingStarted } from "../state/being-started.ts";
import type { ContainerPlace } from "../state/list.ts";
import { containerPaths } from "../state/paths.ts";
import { isActive, readContainerState } from "../state/state.ts";

/** Tells our lines from those that programs in the pod have added. */
const MARK = "# container of the pod";

/**
 * The containers of a pod share its network and its /etc/hosts: each is named there at the loopback, as
 * Podman has it. The lines are made anew at each start, so those of containers that have ended go.
 * @param path the /etc/hosts of the pod
 */
export function namePodMembers(place: ContainerPlace, record: ContainerRecord, path: string): void {
  const { pod } = record.options;
  if (pod === undefined || pod.infra) return;
  const names = memberIds(place.store, pod.id).flatMap((id) =>
    id === record.id ? [record.name] : nameOfRunning(place, id),
  );
  try {
    const before = readSmallText(path);
    const after = podHosts(before, names);
    // It is mounted in the containers, so it stays where it is.
    if (after !== before) overwriteText(path, after);
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    place.store.warn(`/etc/hosts of pod ${pod.name} is left as it is: ${messageChain(error)}`);
  }
}

/** The text with lines of ours for these names, and for no others. */
export function podHosts(text: string, names: readonly string[]): string {
  const kept = text.split("\n").filter((line) => !line.endsWith(MARK));
  if (kept.at(-1) === "") kept.pop();
  return [...kept, ...names.map((name) => `127.0.0.1\t${name}\t${MARK}`), ""].join("\n");
}

/** None of the infra container, which the pod's own line names, and of those that don't run. */
function nameOfRunning({ store, runtimeDirectory }: ContainerPlace, id: string): string[] {
  const paths = containerPaths(store, runtimeDirectory, id);
  if (!isBeingStarted(paths) && !isActive(readContainerState(paths))) return [];
  try {
    const { name, options } = readContainerRecord(store, id);
    return options.pod?.infra ? [] : [name];
  } catch (error) {
    if (error instanceof TspodError) return []; // it was removed meanwhile, or its record is damaged
    throw error;
  }
}
