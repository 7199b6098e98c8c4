import { chooseName } from "../container/create/choose-name.ts";
import { createContainer } from "../container/create/create.ts";
import type { Engine } from "../container/state/engine.ts";
import { TspodError } from "../errors.ts";
import { shortId } from "../oci/short-id.ts";
import type { CreateOptions } from "../options/create-options.ts";
import { brokenNameRule } from "../options/names.ts";
import type { PodRecord } from "../options/pod-record.ts";
import { nowRfc3339Nano } from "../os/time.ts";
import { newContainerId } from "../storage/containers/container-directory.ts";
import { createPodDirectory, removePodDirectory, tryLockPod } from "../storage/pods/pod-directory.ts";
import { tellPodEvent } from "./event.ts";
import { infraOptions } from "./infra-options.ts";
import type { InfraRequest, PodRequest } from "./pod-request.ts";
import { type Pod, podExists, podOf } from "./state/pods.ts";

/**
 * Make a pod with its infra container, without starting it: all of it or nothing. A call that was killed on
 * the way leaves what the next look at pods sweeps.
 * @throws {InUseError} If a container or pod has the name.
 * @throws {TspodError} If the infra container can't be made.
 */
export async function createPod(engine: Engine, request: PodRequest): Promise<Pod> {
  const { store } = engine;
  const rule = request.name === undefined ? undefined : brokenNameRule(request.name);
  if (rule !== undefined) throw new TspodError(`running pod create option: ${rule}`);
  // To look for a pod whose maker was killed is to sweep it: then its name is free.
  if (request.name !== undefined) podExists(engine, request.name);
  const record = podRecord(request, request.name ?? chooseName(store));
  // The ID is random, so nobody holds the lock.
  using _lock = tryLockPod(store, record.id);
  using undo = new DisposableStack();
  undo.defer(() => removePodDirectory(store, record));
  await createPodDirectory(store, record);
  if (request.infra !== undefined) {
    await createContainer(engine, {
      id: record.infraId,
      options: infraOf(record, { ...request, infra: request.infra }),
      name: request.infra.name ?? `${shortId(record.id)}-infra`,
      image: request.infra.image,
      runtime: request.runtime,
      createCommand: request.createCommand,
    });
  }
  undo.move();
  tellPodEvent(store, record, "create");
  return podOf(engine, record);
}

function infraOf(
  record: PodRecord,
  { infra, service }: PodRequest & { readonly infra: InfraRequest },
): CreateOptions {
  const options = infraOptions(record, infra);
  return {
    ...options,
    ...(service !== undefined && options.pod !== undefined && { pod: { ...options.pod, service } }),
  };
}

function podRecord(request: PodRequest, name: string): PodRecord {
  const { labels, exitPolicy, resources, shareParent, createCommand } = request;
  const { hostname, cgroupParent, restart, infra } = request;
  return {
    schemaVersion: 1,
    id: newContainerId(),
    name,
    created: nowRfc3339Nano(),
    labels,
    exitPolicy,
    shares: [...request.shares].sort(),
    ...(infra !== undefined && {
      infraId: newContainerId(),
      mounts: infra.options.mounts,
      volumesFrom: infra.options.volumesFrom,
    }),
    ...(hostname !== undefined && { hostname }),
    resources,
    shareParent,
    ...(cgroupParent !== undefined && { cgroupParent }),
    ...(restart !== undefined && { restart }),
    createCommand,
  };
}
