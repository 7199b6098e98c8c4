import { type Container, type ContainerPlace, withState } from "../../container/state/list.ts";
import { DamagedError, NotFoundError } from "../../errors.ts";
import type { PodRecord } from "../../options/pod-record.ts";
import { readContainerRecord } from "../../storage/containers/container-directory.ts";
import {
  listPodRecords,
  lookupPod,
  memberIds,
  NoSuchPodError,
  readPodRecord,
} from "../../storage/pods/pod-directory.ts";
import { type PodStatus, podStatus } from "./pod-state.ts";
import { sweepUnfinished } from "./unfinished.ts";

export { NoSuchPodError } from "../../storage/pods/pod-directory.ts";

/** One pod: as it was created, who is in it, what they do now. */
export interface Pod {
  readonly record: PodRecord;
  /** The infra container first, then the others, oldest first. */
  readonly members: readonly Container[];
  readonly status: PodStatus;
}

/**
 * The pod that goes by a name, an ID, or a unique prefix of an ID.
 * @throws {NoSuchPodError} If there is none.
 * @throws {TspodError} If a prefix fits several.
 */
export function findPod(place: ContainerPlace, nameOrId: string): Pod {
  const record = readPodRecord(place.store, lookupPod(place.store, nameOrId));
  if (sweepUnfinished(place.store, record))
    throw new NoSuchPodError(`no pod with name or ID ${nameOrId} found: no such pod`);
  return podOf(place, record);
}

/** Every pod, oldest first. */
export function listPods(place: ContainerPlace): Pod[] {
  return listPodRecords(place.store)
    .filter((record) => !sweepUnfinished(place.store, record))
    .map((record) => podOf(place, record));
}

/** The pod that was created last. @throws {NoSuchPodError} If there is none. */
export function latestPod(place: ContainerPlace): Pod {
  const latest = listPods(place).at(-1);
  if (latest === undefined) throw new NoSuchPodError("no pods found: no such pod");
  return latest;
}

/** Whether a pod goes by that. @throws {TspodError} If a prefix of an ID fits several. */
export function podExists(place: ContainerPlace, nameOrId: string): boolean {
  try {
    findPod(place, nameOrId);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** The pod with what its members do now. */
export function podOf(place: ContainerPlace, record: PodRecord): Pod {
  const members = memberIds(place.store, record.id)
    .flatMap((id) => memberIfThere(place, id))
    .sort((a, b) => order(a, b));
  const counted = members.filter(({ record: { options } }) => options.pod?.init === undefined);
  return { record, members, status: podStatus(counted.map(({ state }) => state.status)) };
}

function memberIfThere(place: ContainerPlace, id: string): Container[] {
  try {
    return [withState(place, readContainerRecord(place.store, id))];
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    if (!(error instanceof DamagedError)) throw error;
    place.store.warn(error.message);
    return [];
  }
}

function order({ record: a }: Container, { record: b }: Container): number {
  if (a.options.pod?.infra !== b.options.pod?.infra) return a.options.pod?.infra ? -1 : 1;
  return a.created < b.created ? -1 : 1;
}

/** The infra container of a pod; undefined where it has none. */
export function infraOf({ members }: Pick<Pod, "members">): Container | undefined {
  return members.find(({ record }) => record.options.pod?.infra);
}
