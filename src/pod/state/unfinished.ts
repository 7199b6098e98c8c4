import { existsSync } from "node:fs";
import type { PodRecord } from "../../options/pod-record.ts";
import { containerPath } from "../../storage/containers/container-directory.ts";
import { memberIds, removePodDirectory, tryLockPod } from "../../storage/pods/pod-directory.ts";
import type { Store } from "../../storage/store.ts";

/**
 * A pod is made before its infra container, and removed after it. So a pod without infra container and
 * without members is being made or removed. If its lock is free, the process that did so was killed: the pod
 * is removed.
 * @returns whether the pod is no pod: it is gone, or not whole yet
 */
export function sweepUnfinished(store: Store, record: PodRecord): boolean {
  if (!isUnfinished(store, record)) return false;
  using lock = tryLockPod(store, record.id);
  // Once more, for its maker may have finished in between.
  if (!isUnfinished(store, record)) return false;
  if (lock !== undefined) removePodDirectory(store, record);
  return true;
}

function isUnfinished(store: Store, { id, infraId }: PodRecord): boolean {
  if (infraId === undefined || existsSync(containerPath(store, infraId))) return false;
  return memberIds(store, id).length === 0;
}
